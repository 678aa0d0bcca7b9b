import { ACCOUNT_DEADLINES, type AccountContext, type AccountDeadlines } from './account.context.js';
import type { AccountEvent } from './account.events.js';
import { type AccountSnapshot, store, type StoredAccount } from './account.snapshot.js';

/**
 * What a step of the history keeps beside its name and time, so that it can be replayed exactly; a field that would say
 * nothing is left out. Plain JSON without secrets: codes of QR pictures, logins and texts of messages never get here.
 */
export interface StepInput {
  /** What the event carried: a reason, a verdict, the number of a code. */
  readonly with?: Readonly<Record<string, unknown>>;
  /** Events since the step before, oldest first, of which none made a step of its own; most changed nothing. */
  readonly before?: readonly AccountEvent[];
  /** The machine's orders, in their order, with a space between. */
  readonly did?: string;
  /** Where the account stood when the event came. A replay may begin here. */
  readonly from?: StoredAccount;
  /** `from` does not follow from the steps before it: the account is new, was stored by another version, could not be read. */
  readonly anew?: true;
  /** Those limits of this run of the runtime that are not the default; told with its first step and with each `from`. */
  readonly limits?: Partial<AccountDeadlines>;
  /** A deadline that fired before its time: the clock was set back while it ran. */
  readonly early?: true;
}

/** Steps between two that carry `from`: an export holds several, and 500 bytes in 100 steps are 5 a step. */
export const STEPS_BETWEEN_STARTS = 100;
/** Events kept for a step that has not come yet, of 2 kB at most each. Beyond them it begins anew. */
export const EVENTS_BETWEEN_STEPS_MAX = 20;

/** The deadlines that are not the default, or null. */
export function limitsOf(deadlines: AccountDeadlines): Partial<AccountDeadlines> | null {
  const names = Object.keys(deadlines) as (keyof AccountDeadlines)[];
  const own = names.filter((name) => deadlines[name] !== ACCOUNT_DEADLINES[name]);
  return own.length === 0 ? null : Object.fromEntries(own.map((name) => [name, deadlines[name]]));
}

/**
 * Gathers what the next step of an account's history will carry. One for each life of an actor. What is gathered is stored
 * with the snapshot (`pending`), so that no death of the process loses an event that changed something.
 */
export class StepRecord {
  private seen: readonly AccountEvent[];
  private anew: boolean;
  private told = false;

  /** `pending`: what the stored account carries, as `revive` tells it. */
  constructor(
    pending: readonly AccountEvent[] | null,
    private readonly limits: Partial<AccountDeadlines> | null,
  ) {
    this.anew = pending === null;
    this.seen = pending ?? NONE;
  }

  /** What the snapshot has to carry until a step does. Null: the next step begins anew. */
  get pending(): readonly AccountEvent[] | null {
    return this.anew ? null : this.seen;
  }

  /** An event that made no step. `changed`: the machine remembers something of it. */
  pass(event: AccountEvent, changed: boolean): void {
    const last = this.seen.at(-1);
    if (!changed && last && saysTheSame(last, event)) return;
    if (this.anew) return;
    if (this.seen.length < EVENTS_BETWEEN_STEPS_MAX) this.seen = [...this.seen, event];
    else this.beginAnew();
  }

  /** An event that made the step `seq`, from `before`. */
  step(seq: number, event: AccountEvent, before: AccountSnapshot, orders: readonly string[]): StepInput {
    const begins = this.anew || seq % STEPS_BETWEEN_STARTS === 0;
    const carried = payloadOf(event);
    const input: StepInput = {
      ...(Object.keys(carried).length > 0 && { with: carried }),
      ...(this.seen.length > 0 && { before: this.seen }),
      ...(orders.length > 0 && { did: orders.join(' ') }),
      ...(begins && { from: store(before) }),
      ...(this.anew && { anew: true as const }),
      ...(this.limits && (begins || !this.told) && { limits: this.limits }),
      ...(isEarly(event, before.context) && { early: true as const }),
    };
    this.told = true;
    this.anew = false;
    this.seen = NONE;
    return input;
  }

  private beginAnew(): void {
    this.anew = true;
    this.seen = NONE;
  }
}

/** For a step that no machine made: the next ones begin from what it left. */
export function inputWithoutMachine(before: AccountSnapshot): StepInput {
  return { from: store(before), anew: true };
}

const NONE: readonly AccountEvent[] = [];

function payloadOf(event: AccountEvent): Readonly<Record<string, unknown>> {
  const { type, at, ...carried } = event;
  void type;
  void at;
  return carried;
}

const saysTheSame = (a: AccountEvent, b: AccountEvent): boolean =>
  a.type === b.type && JSON.stringify(payloadOf(a)) === JSON.stringify(payloadOf(b));

const isEarly = ({ type, at }: AccountEvent, { deadline }: AccountContext): boolean =>
  deadline !== null && type === `deadline.${deadline.name}` && at < deadline.at;
