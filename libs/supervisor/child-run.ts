import { KILL_MS_DEFAULT, type ChildRef, type ChildSpec, type Down, type RunningChild } from './child-spec.js';
import { createDeferred } from './deferred.js';
import { crashed, describeError, EXIT_REASONS, type Exit } from './exit.js';
import { callOwner } from './owner-callback.js';
import type { Clock } from './ports.js';
import type { SupervisorEvent } from './supervisor-note.js';

export interface RunWorld {
  readonly clock: Clock;
  note(event: SupervisorEvent): void;
  /** Called once, before `gone` resolves. */
  onExit(run: ChildRun, exit: Exit): void;
}

/**
 * One incarnation of a child, from its start until it is verified to be gone.
 * running → (asked) → (killed, when `shutdownMs` has passed) → gone. A crash goes straight to gone from anywhere.
 * Both deadlines are cleared at the end, whichever way it ended.
 */
export class ChildRun {
  private readonly whenGone = createDeferred<Exit>();
  private whenLetGo = createDeferred<void>();
  /** Made for the first: most lives are watched by nobody but their owner. */
  private monitors: Set<(down: Down) => void> | null = null;
  private child: RunningChild | null = null;
  private askTimer: unknown = null;
  private killTimer: unknown = null;
  private asked = false;
  private killing = false;
  private over = false;

  constructor(
    readonly ref: ChildRef,
    private readonly spec: ChildSpec,
    private readonly world: RunWorld,
  ) {}

  get gone(): Promise<Exit> {
    return this.whenGone.promise;
  }

  /** Gone, or proven unwilling to go by the next attempt: whoever stops several goes on with the next. */
  get letGo(): Promise<void> {
    return this.whenLetGo.promise;
  }

  get stopping(): boolean {
    return this.asked;
  }

  begin(): void {
    this.world.note({ type: 'started', ref: this.ref });
    this.child = this.startOrStillborn();
    void this.child.exited.then(
      (exit) => this.end(exit),
      (error: unknown) => this.end(crashed(EXIT_REASONS.exitUntold, error)),
    );
    if (this.asked) this.askChild();
  }

  ask(): void {
    if (this.over) return;
    if (!this.asked) this.world.note({ type: 'stop_asked', ref: this.ref });
    this.asked = true;
    this.askChild();
  }

  /** Asks, and kills after `shutdownMs`. */
  stop(): Promise<Exit> {
    this.ask();
    if (!this.over && !this.killing) {
      this.askTimer ??= this.world.clock.setTimeout(() => void this.kill(), this.spec.shutdownMs);
    }
    return this.gone;
  }

  kill(): Promise<Exit> {
    if (this.over || this.killing) return this.gone;
    this.asked = true;
    this.killing = true;
    this.clearTimers();
    this.world.note({ type: 'killed', ref: this.ref });
    const killMs = this.spec.killMs ?? KILL_MS_DEFAULT;
    this.killTimer = this.world.clock.setTimeout(() => this.keep(`not gone ${killMs} ms after the kill`), killMs);
    void this.killChild().then(
      () => this.end(crashed(EXIT_REASONS.killed, 'ended by force')),
      (error: unknown) => this.keep(describeError(error)),
    );
    return this.gone;
  }

  monitor(listener: (down: Down) => void): () => void {
    const once = (down: Down): void => listener(down); // the same function may be given twice, and is told twice
    const monitors = (this.monitors ??= new Set());
    monitors.add(once);
    return () => void monitors.delete(once);
  }

  tellMonitors(down: Down): void {
    for (const listener of this.monitors ?? []) this.callOwner('monitor', () => listener(down));
  }

  private startOrStillborn(): RunningChild {
    try {
      return this.spec.start(this.ref);
    } catch (error) {
      const exited = Promise.resolve(crashed(EXIT_REASONS.startFailed, error));
      return { exited, stop: () => undefined, kill: () => Promise.resolve() };
    }
  }

  /** Without a child yet, `start` itself asks: `begin` passes it on. */
  private askChild(): void {
    this.callOwner('stop', () => this.child?.stop());
  }

  private callOwner(callback: string, call: () => void): void {
    callOwner((event) => this.world.note(event), this.ref, callback, call);
  }

  private async killChild(): Promise<void> {
    if (!this.child) throw new Error('it cannot be killed from within its own start');
    await this.child.kill();
  }

  /** It is still there: let those who wait in line go on, and allow another kill. */
  private keep(detail: string): void {
    if (this.over) return;
    this.clearTimers();
    this.killing = false;
    this.world.note({ type: 'not_gone', ref: this.ref, detail });
    const thisAttempt = this.whenLetGo;
    this.whenLetGo = createDeferred<void>(); // the next one is waited for anew
    thisAttempt.resolve();
  }

  private end(exit: Exit): void {
    if (this.over) return;
    this.over = true;
    this.clearTimers();
    this.world.onExit(this, exit);
    this.whenLetGo.resolve();
    this.whenGone.resolve(exit);
  }

  private clearTimers(): void {
    if (this.askTimer !== null) this.world.clock.clearTimeout(this.askTimer);
    if (this.killTimer !== null) this.world.clock.clearTimeout(this.killTimer);
    this.askTimer = null;
    this.killTimer = null;
  }
}
