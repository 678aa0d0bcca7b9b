import { transition } from 'xstate';
import { ACCOUNT_DEADLINES, type AccountContext, type AccountDeadlines } from './account.context.js';
import type { AccountEvent } from './account.events.js';
import { accountMachine, type AccountMachine, makeAccountMachine } from './account.machine.js';
import { limitsOf, type StepInput, STEPS_BETWEEN_STARTS } from './account.record.js';
import { ACCOUNT_ORDERS } from './account.setup.js';
import {
  type AccountSnapshot,
  givenUp,
  newlyLeftLogin,
  revive,
  stateOf,
  store,
  type StoredAccount,
} from './account.snapshot.js';

/** One step of a recorded history. `at` is milliseconds since 1970; `input` is null when it was written without one. */
export interface RecordedStep {
  readonly seq: number;
  readonly at: number;
  readonly from: string | null;
  readonly to: string;
  readonly event: string;
  readonly cause: string | null;
  readonly incarnation: number;
  readonly epoch: number;
  readonly input: StepInput | null;
}

export interface RecordedLife {
  /** Without gaps, oldest first. */
  readonly steps: readonly RecordedStep[];
  /** The stored account after step number `seq`, as it was written; null when there is none. */
  readonly end: { readonly seq: number; readonly stored: unknown } | null;
}

/** Something that the machine does not do today as it is recorded. */
export interface Difference {
  readonly seq: number;
  readonly at: number;
  readonly from: string;
  readonly event: string;
  readonly recorded: string;
  readonly today: string;
}

export interface Replay {
  /** Steps that were taken through the machine. */
  readonly replayed: number;
  /** The first of them; null when none of the history can be replayed. What is before it was written without its inputs. */
  readonly firstSeq: number | null;
  /** True when the account as it is stored was compared, too. */
  readonly reachedEnd: boolean;
  /** Oldest first. Those after the first may follow from it, up to the next `from` of the record. */
  readonly differences: readonly Difference[];
}

/**
 * Takes a recorded history through the machine as it is today and tells where that does something else: another state,
 * other orders, another deadline, anything else to remember. Pure; the same record always gives the same answer.
 */
export function replay(
  life: RecordedLife,
  make: (deadlines: AccountDeadlines) => AccountMachine = todaysMachine,
): Replay {
  const run = new Run(make);
  for (const step of life.steps) run.take(step);
  const last = life.steps.at(-1);
  const reachedEnd = last !== undefined && life.end?.seq === last.seq && run.comesTo(last, life.end.stored);
  const { replayed, firstSeq, differences } = run;
  return { replayed, firstSeq, reachedEnd, differences };
}

/** So many of the newest steps up to a certain one have a start among them, if they kept what a replay needs. */
export const STEPS_TO_A_START_MAX = STEPS_BETWEEN_STARTS;

export type PastState =
  /** `exact`: today's machine did all of it as it is recorded. */
  | { readonly ok: true; readonly stored: StoredAccount; readonly exact: boolean }
  /** `no_start`: none of the steps says where the account stood. `differs`: today's machine comes to another state. */
  | { readonly ok: false; readonly why: 'no_start' | 'differs' };

/** Where the account stood after the last of these steps, which are without gaps, oldest first. Pure. */
export function stateAfter(
  steps: readonly RecordedStep[],
  make: (deadlines: AccountDeadlines) => AccountMachine = todaysMachine,
): PastState {
  const start = steps.findLastIndex(({ input }) => input?.from !== undefined);
  if (start === -1) return { ok: false, why: 'no_start' };
  const run = new Run(make);
  for (const step of steps.slice(start)) run.take(step);
  const now = run.standing;
  if (now === null) return { ok: false, why: 'no_start' };
  if (stateOf(now) !== steps.at(-1)!.to) return { ok: false, why: 'differs' };
  return { ok: true, stored: store(now), exact: run.differences.length === 0 };
}

/** A machine takes a while to build, and most runs of the runtime have no limits of their own. */
const todaysMachine = (deadlines: AccountDeadlines): AccountMachine =>
  limitsOf(deadlines) === null ? accountMachine : makeAccountMachine(deadlines);

class Run {
  replayed = 0;
  firstSeq: number | null = null;
  readonly differences: Difference[] = [];
  private machine: AccountMachine;
  private epoch = 0;
  private seq = 0;
  private now: AccountSnapshot | null = null;
  private did: string[] = [];

  constructor(private readonly make: (deadlines: AccountDeadlines) => AccountMachine) {
    this.machine = make(ACCOUNT_DEADLINES);
  }

  /** Null: not known, since a step was written without what a replay needs. */
  get standing(): AccountSnapshot | null {
    return this.now;
  }

  take(step: RecordedStep): void {
    const { input } = step;
    if (step.seq !== this.seq + 1) this.lose();
    this.seq = step.seq;
    if (input === null) return this.lose();
    this.useLimits(step, input);
    this.passWhatLedTo(step, input);
    if (this.now === null) return;
    this.firstSeq ??= step.seq;
    this.replayed += 1;
    if (step.event === 'actor.gave_up') this.now = this.resume(givenUp(this.now, step.at));
    else this.takeEvent(step, input);
  }

  /** The account as it is stored must be what the history leads to. */
  comesTo(last: RecordedStep, stored: unknown): boolean {
    const revived = revive(stored, last.at);
    if (this.now === null || !revived.ok || revived.pending === null) return false;
    const end = { ...last, event: '(as stored)' };
    for (const event of revived.pending) this.move(end, event);
    this.compare(end, revived.snapshot, stored);
    return true;
  }

  /** What came since the step before; none of it moved the account then. */
  private passWhatLedTo(step: RecordedStep, input: StepInput): void {
    for (const event of (!input.anew && input.before) || []) {
      const stood = this.now && stateOf(this.now);
      this.move(step, event);
      if (this.now && stateOf(this.now) !== stood)
        this.differs({ ...step, at: event.at, event: event.type }, `stayed in ${stood}`, stateOf(this.now));
    }
    if (input.from) this.begin(step, input);
  }

  private takeEvent(step: RecordedStep, input: StepInput): void {
    const before = this.now!;
    const event = { ...input.with, type: step.event, at: step.at } as AccountEvent;
    this.checkDue(step, event, before.context, input);
    this.did = [];
    this.move(step, event);
    const after = this.now!;
    if (stateOf(after) !== step.to) this.differs(step, step.to, stateOf(after));
    const did = this.did.join(' ');
    if (did !== (input.did ?? '')) this.differs(step, `did ${input.did ?? 'nothing'}`, `did ${did || 'nothing'}`);
    if (after.context.incarnation !== step.incarnation)
      this.differs(step, `session ${step.incarnation}`, `session ${after.context.incarnation}`);
    const tells = (left: boolean): string => (left ? 'tells of a login left behind' : 'tells of no login left behind');
    const [told, tellsNow] = [step.cause === 'login_left', newlyLeftLogin(before, after)];
    if (told !== tellsNow) this.differs(step, tells(told), tells(tellsNow));
  }

  private move(step: RecordedStep, event: AccountEvent): void {
    if (this.now === null) return;
    try {
      const [next, actions] = transition(this.machine, this.now, event);
      this.now = next;
      this.did.push(...actions.map(({ type }) => type).filter((type) => ORDERS.has(type)));
    } catch (error) {
      this.differs({ ...step, event: event.type }, step.to, `breaks: ${String(error)}`);
    }
  }

  /** A deadline fired then; today's machine must have waited for that very one, and not for longer. */
  private checkDue(
    step: RecordedStep,
    { type, at }: AccountEvent,
    { deadline }: AccountContext,
    input: StepInput,
  ): void {
    if (!type.startsWith('deadline.')) return;
    const waitsFor =
      deadline === null ? 'waits for nothing' : `waits for ${deadline.name} until ${timeOf(deadline.at)}`;
    if (type !== `deadline.${deadline?.name}`) this.differs(step, `waited for ${type}`, waitsFor);
    else if (deadline!.at > at && !input.early) this.differs(step, `waited until ${timeOf(at)}`, waitsFor);
  }

  private begin(step: RecordedStep, input: StepInput): void {
    const revived = revive(input.from, step.at);
    if (!revived.ok) return this.lose();
    if (this.now !== null && !input.anew) this.compare({ ...step, event: '(before it)' }, revived.snapshot, input.from);
    this.now = this.resume(revived.snapshot);
  }

  /** Field by field of those that were recorded: a later version may remember more. */
  private compare(step: RecordedStep, recorded: AccountSnapshot, raw: unknown): void {
    const today = this.now!;
    if (stateOf(recorded) !== stateOf(today)) this.differs(step, stateOf(recorded), stateOf(today));
    for (const name of recordedFields(raw)) {
      const [was, is] = [JSON.stringify(recorded.context[name]), JSON.stringify(today.context[name])];
      if (was !== is) this.differs(step, `${name} ${was}`, `${name} ${is}`);
    }
  }

  /** Each run of the runtime has its own limits; a new run is a new epoch. */
  private useLimits({ epoch }: RecordedStep, { limits }: StepInput): void {
    if (epoch === this.epoch && !limits) return;
    this.epoch = epoch;
    this.machine = this.make({ ...ACCOUNT_DEADLINES, ...limits });
    if (this.now) this.now = this.resume(this.now);
  }

  private resume({ value, context }: AccountSnapshot): AccountSnapshot {
    return this.machine.resolveState({ value, context });
  }

  private lose(): void {
    this.now = null;
  }

  private differs({ seq, at, event }: RecordedStep, recorded: string, today: string): void {
    const from = this.now === null ? '' : stateOf(this.now);
    this.differences.push({ seq, at, from, event, recorded, today });
  }
}

const ORDERS: ReadonlySet<string> = new Set(ACCOUNT_ORDERS);

const timeOf = (ms: number): string => new Date(ms).toISOString();

function recordedFields(raw: unknown): readonly (keyof AccountContext)[] {
  const context = (raw as { readonly context?: object } | null)?.context ?? {};
  return Object.keys(context) as (keyof AccountContext)[];
}
