import { ACCOUNT_DEADLINES } from '#libs/account/account.context';
import type { RecordedLife } from '#libs/account/account.replay';
import { DEAD_LETTERS_KEPT_MAX, PROBE_RETRY_MS } from '#libs/contracts/limits/runtime';
import { SESSION_ANSWER_MS_MAX } from '#libs/contracts/limits/sessions';
import { createDeadLetters } from '#libs/supervisor/dead-letters';
import { createQuarantine } from '#libs/supervisor/quarantine';
import type { Supervisor } from '#libs/supervisor/supervisor';
import { AccountChild } from '#src/supervision/account-child';
import type { AccountWorld } from '#src/supervision/account-world';
import { createAccountLogic } from '#src/supervision/actor/account-logic';
import { Inspections } from '#src/supervision/actor/inspections';
import { Turns } from '#src/supervision/messages/turns';
import type { Clock } from '#src/supervision/ports';
import { branches, growBranch } from '#src/supervision/tree';
import { MemoryMessages } from '#test/support/memory-messages';
import { MemoryRecorder } from '#test/support/memory-recorder';
import { NO_MEDIA } from '#test/support/no-media';
import { createVirtualClock } from '#test/support/virtual-clock';
import { POLICY, START } from './model.js';
import { FACTS, type Move } from './moves.js';
import { ScriptedDriver } from './scripted-session.js';

const ID = 'alice';
const LOGIC = createAccountLogic(ACCOUNT_DEADLINES);
const nothing = (): void => undefined;

/**
 * One account as the runtime has it: child, commit loop, supervisor, session keeper, on a virtual clock and a store in
 * memory. Its driver, its launch slot and its deaths follow the moves.
 */
export class PathStage {
  readonly clock = createVirtualClock(START);
  readonly recorder = new MemoryRecorder();
  readonly refused: string[] = [];
  readonly logged: string[] = [];
  private readonly messages = new MemoryMessages();
  private life = this.begin();

  get child(): AccountChild {
    return this.life.child;
  }

  get script(): ScriptedDriver {
    return this.life.script;
  }

  get launchAsked(): boolean {
    return this.life.launch !== null;
  }

  /** Carries the move out, and lets all settle that follows from it at once. */
  async make(move: Move): Promise<void> {
    await this.begun(move);
    await this.clock.settle();
  }

  lived(): RecordedLife {
    const { entries } = this.recorder;
    const steps = entries.flatMap(({ epoch, transitions }) =>
      transitions.map((step) => ({ ...step, epoch, input: step.input })),
    );
    const last = steps.at(-1);
    return { steps, end: last ? { seq: last.seq, stored: entries.at(-1)!.snapshot } : null };
  }

  /** As the runtime stops; a session that is still there is killed, and goes. Nothing may be left then. */
  async stop(): Promise<void> {
    const { child, script, sessions } = this.life;
    const stopped = child
      .retire()
      .then(() => sessions.stop())
      .then(() => child.finish());
    await this.clock.settle();
    script.session?.end({ type: 'driver.closed' });
    await this.clock.settle();
    await this.clock.advance(SESSION_ANSWER_MS_MAX + PROBE_RETRY_MS);
    await stopped;
  }

  /** Timers of this life; those of the dead don’t fire. */
  get timers(): number {
    return this.life.timers.size;
  }

  private begun(move: Move): Promise<unknown> | void {
    const { child, script } = this.life;
    switch (move.type) {
      case 'command':
        return this.command(child.command(move.name), move.name);
      case 'recycle':
        return void child.recycle();
      case 'restore-failed':
        return void child.begin('restore');
      case 'granted':
        return this.grant();
      case 'fact':
        return script.session!.say(FACTS[move.name]);
      case 'probed':
        return script.session!.answerProbes(FACTS.ready.phone);
      case 'broken':
        return script.session!.say({ type: 'driver.broken', reason: move.reason });
      case 'dropped':
        return script.session!.end({ type: 'driver.dropped', reason: move.reason });
      case 'closed':
      case 'killed':
        return script.session!.end({ type: 'driver.closed' });
      case 'discarded':
      case 'discard-fails':
        return script.endDiscard(move.type === 'discarded');
      case 'deadline':
        return this.clock.advance(this.deadlineAt() - this.clock.now());
      case 'holds':
        return this.clock.advance(ACCOUNT_DEADLINES.holds);
      case 'death':
        return this.die(move.autoRestore);
    }
  }

  private async command(answer: ReturnType<AccountChild['command']>, name: string): Promise<void> {
    const { ok } = await answer;
    if (!ok) this.refused.push(name);
  }

  private grant(): void {
    const { launch } = this.life;
    this.life.launch = null;
    launch!();
  }

  private deadlineAt(): number {
    const { snapshot } = this.recorder.entries.at(-1)!;
    return (snapshot as { context: { deadline: { at: number } } }).context.deadline.at;
  }

  private async die(autoRestore: boolean): Promise<void> {
    this.life.alive = false;
    for (const timer of this.life.timers) this.clock.clearTimeout(timer);
    this.life = this.begin();
    await this.child.begin(this.child.plan(autoRestore));
  }

  /** What belongs to a life ends with it: its timers don’t fire, its writes are never answered. */
  private begin(): Life {
    const timers = new Set<unknown>();
    const ofLife = { alive: true, timers };
    const clock: Clock = {
      now: () => this.clock.now(),
      setTimeout: (run, ms) => {
        const timer = this.clock.setTimeout(() => timers.delete(timer) && run(), ms);
        timers.add(timer);
        return timer;
      },
      clearTimeout: (timer) => {
        timers.delete(timer);
        this.clock.clearTimeout(timer);
      },
    };
    const script = new ScriptedDriver(() => this.clock.now());
    const sessions = growBranch(branches(POLICY).sessions, { clock, dice: { next: () => 0 }, note: nothing });
    const gate = {
      join: (_id: string, _kind: string, granted: () => void) => void (life.launch = granted),
      leave: () => void (life.launch = null),
      connected: nothing,
    };
    const owned = { ...this.recorder.owned(ID, {}), outboxEmpty: true };
    const life: Life = Object.assign(ofLife, {
      script,
      sessions,
      launch: null,
      child: new AccountChild(owned, script.driver, gate, this.worldOf(clock, sessions, ofLife)),
    });
    return life;
  }

  private worldOf(clock: Clock, sessions: Supervisor, life: { readonly alive: boolean }): AccountWorld {
    const log = (_: object, text: string): void => void this.logged.push(text);
    return {
      clock,
      sessions,
      dice: { next: () => 0 },
      logic: LOGIC,
      recorder: {
        record: (entry) => (life.alive ? this.recorder.record(entry) : new Promise(() => undefined)),
        accepting: () => true,
        prime: nothing,
        forget: nothing,
      },
      deadLetters: createDeadLetters({ keptMax: DEAD_LETTERS_KEPT_MAX }),
      quarantine: createQuarantine({ crashesMax: 1, keptMax: 10 }),
      inspections: new Inspections(() => 0),
      catchUps: new Turns(1),
      messages: this.messages,
      inbox: this.messages.inbox,
      media: NO_MEDIA,
      receivesMedia: false,
      pace: { gapMsMin: 0, gapMsMax: 0, perMinuteMax: 0 },
      staleAfterMs: 0,
      closeMs: ACCOUNT_DEADLINES.close,
      killMs: ACCOUNT_DEADLINES.kill,
      log: { debug: nothing, info: nothing, warn: log, error: log },
      onStaleOutbox: nothing,
      onMessage: nothing,
    };
  }
}

interface Life {
  alive: boolean;
  readonly timers: Set<unknown>;
  readonly script: ScriptedDriver;
  readonly sessions: Supervisor;
  readonly child: AccountChild;
  /** Who is called when the launch slot is granted; null: nobody waits for one. */
  launch: (() => void) | null;
}
