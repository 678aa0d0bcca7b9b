import { ChildRun } from './child-run.js';
import { type ChildSlot, createSlot, refOf, stateOf } from './child-slot.js';
import type { ChildRef, ChildSpec, Down } from './child-spec.js';
import { remainingMs } from './deadline.js';
import { EXIT_REASONS, type Exit } from './exit.js';
import { GroupRestart, type GroupStrategy } from './group-restart.js';
import { callOwner } from './owner-callback.js';
import { assertPolicy, judge, NO_RESTARTS } from './restart-policy.js';
import type { Verdict } from './restart-policy.js';
import { stopInReverse } from './stop-order.js';
import type { ChildStarted, ChildView, Supervisor, SupervisorOptions, SupervisorReport } from './supervisor.js';
import type { SupervisorEvent } from './supervisor-note.js';
import { reportOf } from './supervisor-report.js';

export function createSupervisor(options: SupervisorOptions): Supervisor {
  assertPolicy(options.policy);
  return new LiveSupervisor(options);
}

class LiveSupervisor implements Supervisor {
  /** In start order: Map keeps it, and a restart keeps its place. */
  private readonly slots = new Map<string, ChildSlot>();
  private places = 0;
  /** Null under one_for_one. */
  private readonly group: GroupRestart | null;
  private ending: Promise<void> | null = null;

  constructor(private readonly options: SupervisorOptions) {
    this.group = options.strategy === 'one_for_one' ? null : this.makeGroup(options, options.strategy);
  }

  startChild(spec: ChildSpec): ChildStarted {
    const { strategy } = this.options;
    if (spec.onDown && this.group) throw new Error(`child ${spec.id}: a member of ${strategy} cannot have onDown`);
    if (this.ending || this.group?.underWay) return { ok: false, why: 'stopping' };
    const earlier = this.slots.get(spec.id);
    if (earlier && (earlier.run || earlier.waiting)) return { ok: false, why: 'duplicate' };

    const slot = createSlot(spec, this.places++, earlier);
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

  report(shakenMax = Infinity): SupervisorReport {
    const { id, strategy, policy, clock } = this.options;
    const group = this.group?.history ?? null;
    return { id, strategy, policy, ...reportOf(this.slots.values(), { group, policy, now: clock.now(), shakenMax }) };
  }

  stop(): Promise<void> {
    return (this.ending ??= this.endAll());
  }

  private makeGroup(
    { history, clock, stopTogether = false }: SupervisorOptions,
    strategy: GroupStrategy,
  ): GroupRestart {
    return new GroupRestart({
      strategy,
      history,
      clock,
      stopTogether,
      slots: () => [...this.slots.values()],
      begin: (slot) => void (this.ending ?? this.begin(slot)),
    });
  }

  private begin(slot: ChildSlot): ChildRef {
    slot.incarnation += 1;
    Object.assign(slot, { waiting: false, timer: null, barred: false, startedAt: this.options.clock.now() });
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
    const history = this.group?.history ?? slot.history;
    if (this.ending || slot.forgotten || (slot.barred && !spec.onDown)) return { do: 'rest', history };
    const withGroup = this.group?.verdictFor(slot);
    if (withGroup) return withGroup;
    const healthySince = this.healthySince(spec, ref);
    const verdict = judge({ policy, kind: spec.restart, history, exit, healthySince, now: clock.now(), dice });
    if (this.group) this.group.history = verdict.history;
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
    if (this.group) return this.group.schedule(slot, at);
    const { clock } = this.options;
    slot.waiting = true;
    slot.timer = clock.setTimeout(() => this.begin(slot), remainingMs(at, clock.now()));
  }

  /** Fails or ends as a whole: nothing is told before all are stopped. */
  private fail(down: Down, callback: 'onGiveUp' | 'onSignificantExit'): void {
    const tell = (): void => this.callOwner(down.ref, callback, () => this.options[callback]?.(down));
    void this.stop().then(tell);
  }

  private async endAll(): Promise<void> {
    await Promise.resolve(); // `ending` is set before any child is asked, and may call us
    this.group?.cancel();
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

  private callOwner(ref: ChildRef, callback: string, call: () => void): void {
    callOwner((event) => this.note(event), ref, callback, call);
  }

  private note(event: SupervisorEvent): void {
    this.options.note({ ...event, supervisor: this.options.id, at: this.options.clock.now() });
  }
}

/** The answer to a monitor of a life that is not the last one, or of an id never seen. */
const NOT_KNOWN: Exit = { reason: EXIT_REASONS.noSuchChild, class: 'normal' };
