import { ChildRun } from './child-run.js';
import { type ChildSlot, type ChildState, createSlot, refOf, stateOf } from './child-slot.js';
import type { ChildRef, ChildSpec, Down } from './child-spec.js';
import { remainingMs } from './deadline.js';
import { EXIT_REASONS, type Exit } from './exit.js';
import { callOwner } from './owner-callback.js';
import type { Clock, Dice } from './ports.js';
import { assertPolicy, judge, NO_RESTARTS } from './restart-policy.js';
import type { RestartHistory, RestartPolicy, Verdict } from './restart-policy.js';
import { stopInReverse } from './stop-order.js';
import type { SupervisorEvent, SupervisorNote } from './supervisor-note.js';

/**
 * # Supervisor
 *
 * Keeps children running, after the supervisor of Erlang/OTP. It starts them, hears how each one ends, judges what
 * follows, and stops them so that nothing is left behind. It knows nothing of what they do. It reads no clock and throws
 * no dice of its own. (This file is long because the whole contract stands here.)
 *
 * ## Children
 * A child is described by its `ChildSpec` and known by its `id`. Each life of it is an *incarnation*, counted from
 * `lastIncarnation + 1`; a `ChildRef` names one life. A child is
 * - `running`   `start` was called and `exited` has not resolved
 * - `stopping`  it was asked to end, or is being killed; still there
 * - `waiting`   gone; this supervisor's timer starts its successor
 * - `down`      gone, and nothing of ours will start it. What is known of it stays until `forget`
 *
 * `startChild` refuses a `duplicate` while an earlier child of this id is running, stopping or waiting, and leaves that
 * one untouched. It refuses `stopping` once `stop` was called or the supervisor has given up, and while a one_for_all
 * group is between its stop and its start. A `start` that throws is not a refusal: that incarnation has crashed.
 *
 * ## Exits and restarts
 * `judge` (restart-policy.ts) gives the verdict from the exit's class, the restart kind, the policy and the history:
 * - `restart`  with `onDown` the owner waits until `verdict.at` and calls `startChild` again. Without it, we do.
 * - `rest`     it stays down. Resting by itself, a `significant` child takes the whole supervisor with it.
 * - `give_up`  crashes came too fast. With `onDown` this concerns that child alone: its owner shows it and waits for a
 *              person. Without it the supervisor fails: all children are stopped, then `onGiveUp` is called, once.
 *
 * A child without `onDown` that was asked to stop, killed or forgotten through this interface rests, however it ends.
 * With `onDown` the exit's class decides even then, since an owner may ask for a stop in order to start anew.
 * Everything that ends after `stop` was called, or after the supervisor failed, rests.
 *
 * ## Strategies
 * - `one_for_one`  each child for itself, with a history of its own: the crashes of many do not add up to one failure.
 * - `one_for_all`  when one comes back, all come back: the others are stopped in reverse start order, every stop ends
 *                  before the first start, and they start in the order they first had. There is one history, for the
 *                  group. Those at rest stay at rest, temporary ones are not started again. `onDown` is an error here:
 *                  a member cannot wait for itself.
 *
 * ## Stopping
 * `stopChild` asks, waits `shutdownMs`, kills, and resolves when the child is gone, never earlier. A kill that has not
 * succeeded in `killMs` is noted as `not_gone`; the promise stays open, and `killChild` may try again. `askToStop` only
 * asks: the owner keeps the deadline. All three may be repeated. A reference to an earlier life does nothing: `stopChild`
 * and `killChild` resolve (with null), `askToStop` answers false. Stopping a `waiting` child cancels its restart.
 * `stop` stops all in reverse start order, each gone before the next is asked, or all at once with `stopTogether`; then
 * it resolves. One that was noted `not_gone` holds it up no longer: the owner must be able to end what lies below.
 *
 * ## Who hears what, in which order
 * At an exit: the supervisor's own state, the notes (`exited`, and `restart_scheduled` or `gave_up`), monitors, `onDown`,
 * then `stopChild`'s promise. So monitors and `onDown` may call this interface. A monitor hears exactly one `down`, also
 * when the child was gone before: then soon, never within the call, and `no_such_child` when that life is not the last
 * one known. What a callback throws is noted as `callback_failed` and harms nobody else. `note` itself must not throw,
 * nor call back.
 *
 * ## Cost
 * An exit costs the same with 10,000 children as with one. `children` and one_for_all walk over all.
 */
export interface Supervisor {
  startChild(spec: ChildSpec): ChildStarted;
  /** False when this life is over already. */
  askToStop(ref: ChildRef): boolean;
  killChild(ref: ChildRef): Promise<void>;
  /** How it ended; null for a reference to an earlier or unknown life. */
  stopChild(ref: ChildRef): Promise<Exit | null>;
  /**
   * Drops what is known of it; a living one is dropped when it is gone, and is not restarted. Its incarnation number is
   * forgotten, too: a later child of this id must bring its `lastIncarnation`, or old references would fit it.
   */
  forget(id: string): void;
  /** The present life, or the last one while its successor is due; null when nothing is there or to come. */
  find(id: string): ChildRef | null;
  /** Is this very life still there (running or stopping)? Whoever holds a message for another one must refuse it. */
  isCurrent(ref: ChildRef): boolean;
  /** Gives back its own end: after that call, the listener hears nothing. */
  monitor(ref: ChildRef, listener: (down: Down) => void): () => void;
  /** In start order. `incarnation` is that of the present life, else of the last. */
  children(): readonly ChildView[];
  /** For good. Repeated, it gives the same promise; it never rejects. */
  stop(): Promise<void>;
}

export type ChildStarted =
  | { readonly ok: true; readonly ref: ChildRef }
  | { readonly ok: false; readonly why: 'duplicate' | 'stopping' };

export interface ChildView extends ChildRef {
  readonly state: ChildState;
}

export interface SupervisorOptions {
  readonly id: string;
  readonly strategy: 'one_for_one' | 'one_for_all';
  readonly policy: RestartPolicy;
  readonly clock: Clock;
  readonly dice: Dice;
  /** `stop` asks all at once: thousands of children, none of which needs another to end. Default: one after the other. */
  readonly stopTogether?: boolean;
  /** History of a one_for_all group, kept by its owner over restarts of the process. */
  readonly history?: RestartHistory;
  note(note: SupervisorNote): void;
  /** The supervisor has failed by this exit; all its children are gone. Called once. */
  onGiveUp?(down: Down): void;
  /** A significant child came to rest; all the others are gone. Called once. */
  onSignificantExit?(down: Down): void;
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  assertPolicy(options.policy);
  return new LiveSupervisor(options);
}

class LiveSupervisor implements Supervisor {
  /** In start order: Map keeps it, and a restart keeps its place. */
  private readonly slots = new Map<string, ChildSlot>();
  private groupHistory: RestartHistory;
  /** Set while a one_for_all group is being stopped, or waits for its start. */
  private group: GroupRestart | null = null;
  private ending: Promise<void> | null = null;

  constructor(private readonly options: SupervisorOptions) {
    this.groupHistory = options.history ?? NO_RESTARTS;
  }

  startChild(spec: ChildSpec): ChildStarted {
    if (spec.onDown && this.inGroup) throw new Error(`child ${spec.id}: a member of one_for_all cannot have onDown`);
    if (this.ending || this.group) return { ok: false, why: 'stopping' };
    const earlier = this.slots.get(spec.id);
    if (earlier && (earlier.run || earlier.waiting)) return { ok: false, why: 'duplicate' };

    const slot = createSlot(spec, earlier);
    this.slots.delete(spec.id); // started anew by its owner, it goes to the end of the order
    this.slots.set(spec.id, slot);
    return { ok: true, ref: this.begin(slot) };
  }

  askToStop(ref: ChildRef): boolean {
    const run = this.bar(ref)?.run;
    run?.ask();
    return Boolean(run);
  }

  async killChild(ref: ChildRef): Promise<void> {
    await this.bar(ref)?.run?.kill();
  }

  async stopChild(ref: ChildRef): Promise<Exit | null> {
    const slot = this.bar(ref);
    return slot?.run ? slot.run.stop() : (slot?.lastDown?.exit ?? null);
  }

  forget(id: string): void {
    const slot = this.slots.get(id);
    if (!slot) return;
    slot.forgotten = true;
    this.cancelRestart(slot);
    if (!slot.run) this.slots.delete(id);
  }

  find(id: string): ChildRef | null {
    const slot = this.slots.get(id);
    return slot && (slot.run || slot.waiting) ? refOf(slot) : null;
  }

  isCurrent(ref: ChildRef): boolean {
    return Boolean(this.slotOf(ref)?.run);
  }

  monitor(ref: ChildRef, listener: (down: Down) => void): () => void {
    const slot = this.slotOf(ref);
    if (slot?.run) return slot.run.monitor(listener);
    const down = slot?.lastDown ?? { ref, exit: NOT_KNOWN, verdict: { do: 'rest', history: NO_RESTARTS } };
    let wanted = true;
    void Promise.resolve().then(() => wanted && this.callOwner(ref, 'monitor', () => listener(down)));
    return () => {
      wanted = false;
    };
  }

  children(): readonly ChildView[] {
    return [...this.slots.values()].map((slot) => ({ ...refOf(slot), state: stateOf(slot) }));
  }

  stop(): Promise<void> {
    return (this.ending ??= this.endAll());
  }

  private get inGroup(): boolean {
    return this.options.strategy === 'one_for_all';
  }

  private begin(slot: ChildSlot): ChildRef {
    slot.incarnation += 1;
    Object.assign(slot, { waiting: false, timer: null, barred: false });
    const ref = refOf(slot);
    slot.run = new ChildRun(ref, slot.spec, {
      clock: this.options.clock,
      note: (event) => this.note(event),
      onExit: (run, exit) => this.onExit(slot, run, exit),
    });
    slot.run.begin();
    return ref;
  }

  private onExit(slot: ChildSlot, run: ChildRun, exit: Exit): void {
    const bySelf = !run.stopping;
    const verdict = this.judgeExit(slot, run.ref, exit);
    const down: Down = { ref: run.ref, exit, verdict };
    Object.assign(slot, { run: null, history: verdict.history, lastDown: down });
    if (slot.forgotten) this.slots.delete(slot.spec.id);

    this.note({ type: 'exited', ...down });
    this.act(slot, down, bySelf);
    run.tellMonitors(down);
    this.callOwner(run.ref, 'onDown', () => slot.spec.onDown?.(down));
  }

  private judgeExit(slot: ChildSlot, ref: ChildRef, exit: Exit): Verdict {
    const { policy, clock, dice } = this.options;
    const { spec } = slot;
    const history = this.inGroup ? this.groupHistory : slot.history;
    if (this.ending || slot.forgotten || (slot.barred && !spec.onDown)) return { do: 'rest', history };
    if (this.group) {
      return spec.restart === 'temporary' ? { do: 'rest', history } : { do: 'restart', at: this.group.at, history };
    }
    const healthySince = this.healthySince(spec, ref);
    const verdict = judge({ policy, kind: spec.restart, history, exit, healthySince, now: clock.now(), dice });
    this.groupHistory = verdict.history;
    return verdict;
  }

  private act(slot: ChildSlot, down: Down, bySelf: boolean): void {
    const { ref, exit, verdict } = down;
    switch (verdict.do) {
      case 'restart':
        this.note({ type: 'restart_scheduled', ref, exit, verdict });
        if (!slot.spec.onDown) this.scheduleRestart(slot, verdict.at);
        return;
      case 'give_up':
        this.note({ type: 'gave_up', ref, exit, verdict });
        if (!slot.spec.onDown) this.fail(down, 'onGiveUp');
        return;
      case 'rest':
        if (slot.spec.significant && bySelf && !this.ending) this.fail(down, 'onSignificantExit');
    }
  }

  private scheduleRestart(slot: ChildSlot, at: number): void {
    slot.waiting = true;
    if (!this.inGroup) slot.timer = this.setTimeoutAt(at, () => this.begin(slot));
    else if (!this.group) {
      this.group = { at, timer: null };
      void this.stopGroup(this.group);
    }
  }

  private async stopGroup(group: GroupRestart): Promise<void> {
    const runs = this.runs();
    await stopInReverse(runs, this.options.stopTogether ?? false);
    await Promise.all(runs.map((run) => run.gone)); // even one unwilling to go must be gone before a successor starts
    if (!this.ending) group.timer = this.setTimeoutAt(group.at, () => this.startGroup());
  }

  private startGroup(): void {
    this.group = null;
    for (const slot of [...this.slots.values()]) {
      if (slot.waiting && !this.ending) this.begin(slot);
    }
  }

  /** Fails or ends as a whole: nothing is told before all are stopped. */
  private fail(down: Down, callback: 'onGiveUp' | 'onSignificantExit'): void {
    const tell = (): void => this.callOwner(down.ref, callback, () => this.options[callback]?.(down));
    void this.stop().then(tell);
  }

  private async endAll(): Promise<void> {
    await Promise.resolve(); // `ending` is set before any child is asked, and may call us
    if (this.group?.timer != null) this.options.clock.clearTimeout(this.group.timer);
    this.group = null;
    for (const slot of this.slots.values()) this.cancelRestart(slot);
    await stopInReverse(this.runs(), this.options.stopTogether ?? false);
  }

  /** What a reference to a present life names, and not one of the past. From now on it rests when it ends. */
  private bar(ref: ChildRef): ChildSlot | undefined {
    const slot = this.slotOf(ref);
    if (!slot) return undefined;
    slot.barred = true;
    this.cancelRestart(slot);
    return slot;
  }

  private cancelRestart(slot: ChildSlot): void {
    if (slot.timer !== null) this.options.clock.clearTimeout(slot.timer);
    slot.timer = null;
    slot.waiting = false;
  }

  private slotOf(ref: ChildRef): ChildSlot | undefined {
    const slot = this.slots.get(ref.id);
    return slot?.incarnation === ref.incarnation ? slot : undefined;
  }

  private runs(): readonly ChildRun[] {
    return [...this.slots.values()].flatMap(({ run }) => run ?? []);
  }

  private healthySince(spec: ChildSpec, ref: ChildRef): number | null {
    let since: number | null = null;
    this.callOwner(ref, 'healthySince', () => {
      since = spec.healthySince?.() ?? null;
    });
    return since;
  }

  private setTimeoutAt(at: number, run: () => void): unknown {
    return this.options.clock.setTimeout(run, remainingMs(at, this.options.clock.now()));
  }

  private callOwner(ref: ChildRef, callback: string, call: () => void): void {
    callOwner((event) => this.note(event), ref, callback, call);
  }

  private note(event: SupervisorEvent): void {
    this.options.note({ ...event, supervisor: this.options.id, at: this.options.clock.now() });
  }
}

interface GroupRestart {
  readonly at: number;
  timer: unknown;
}

/** The answer to a monitor of a life that is not the last one, or of an id never seen. */
const NOT_KNOWN: Exit = { reason: EXIT_REASONS.noSuchChild, class: 'normal' };
