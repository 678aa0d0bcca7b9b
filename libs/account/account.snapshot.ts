import type { SnapshotFrom, StateValue } from 'xstate';
import { type AccountStatus } from '#libs/contracts/account';
import type { CommittedState } from '#libs/contracts/events';
import { isReasonCode } from '#libs/contracts/reasons';
import { type AccountContext, newAccountContext } from './account.context.js';
import type { AccountEvent } from './account.events.js';
import { accountMachine } from './account.machine.js';

export type AccountSnapshot = SnapshotFrom<typeof accountMachine>;

/** Raised whenever a stored snapshot could not be read by the old code; each step up has its entry in MIGRATIONS. */
export const SNAPSHOT_VERSION = 3;

/** The persisted form: plain JSON, ours, not XState's. */
export interface StoredAccount {
  readonly version: number;
  readonly value: StateValue;
  readonly context: AccountContext;
  /** Events since the last step of the history, for the next one to carry (account.record.ts); null: it begins anew. */
  readonly pending?: readonly AccountEvent[] | null;
}

/** What a snapshot of any version is; its fields are checked when it has come to the present one. */
interface RawAccount {
  readonly version: number;
  readonly value: unknown;
  readonly context: Readonly<Record<string, unknown>>;
}

/** From version n to n + 1. Pure; kept for ever, for snapshots may be years old. */
const MIGRATIONS: Readonly<Record<number, (raw: RawAccount) => RawAccount>> = {
  1: (raw) => ({ ...raw, version: 2, context: { ...raw.context, outage: null, onceMoreAfter: null } }),
  // Nobody knows any more whether a logout from before was heard; nothing is claimed of it.
  2: (raw) => ({ ...raw, version: 3, context: { ...raw.context, device: isLinked(raw) ? 'linked' : 'none' } }),
};

const isLinked = ({ value, context }: RawAccount): boolean =>
  context['login'] === 'saved' || (isRecord(value) && Object.hasOwn(value, 'AUTHENTICATING'));

export function store(snapshot: AccountSnapshot, pending?: readonly AccountEvent[] | null): StoredAccount {
  const stored = { version: SNAPSHOT_VERSION, value: snapshot.value, context: snapshot.context };
  return pending === undefined ? stored : { ...stored, pending };
}

export type Revived =
  /** `pending`: null when the history so far does not lead to this, by what it carries. */
  | { readonly ok: true; readonly snapshot: AccountSnapshot; readonly pending: readonly AccountEvent[] | null }
  /** The account starts from rest, and its reason says why. `why` is for the log. */
  | { readonly ok: false; readonly snapshot: AccountSnapshot; readonly why: string };

/** Reads what `store` wrote, in this version or an older one. Whatever it is given, the answer is a usable snapshot. */
export function revive(raw: unknown, now: number): Revived {
  if (raw === null || raw === undefined) return { ok: true, snapshot: atRest(newAccountContext(now)), pending: null };
  try {
    const stored = check(migrate(readRaw(raw)));
    const snapshot = accountMachine.resolveState({ value: stored.value, context: stored.context });
    return { ok: true, snapshot, pending: pendingOf(raw) };
  } catch (error) {
    const context = {
      ...newAccountContext(now),
      reason: { code: 'snapshot_unreadable' as const, at: now, detail: null },
    };
    return { ok: false, snapshot: atRest(context), why: error instanceof Error ? error.message : String(error) };
  }
}

/** `CONNECTING.backingOff`; a status without sub-states stands alone. */
export function stateOf(snapshot: AccountSnapshot): string {
  const { value } = snapshot;
  return typeof value === 'string'
    ? value
    : Object.entries(value).map(([status, sub]) => `${status}.${String(sub)}`)[0]!;
}

/** What the world may see of it. */
export function describeAccount(snapshot: AccountSnapshot): CommittedState {
  const { context } = snapshot;
  const detail = stateOf(snapshot);
  return {
    status: statusOf(detail),
    detail,
    desired: context.desired,
    phone: context.phone,
    reason: context.reason,
    since: context.since,
    restarts: {
      count: context.restartCount,
      nextAttemptAt: context.deadline?.name === 'backoff' ? context.deadline.at : null,
    },
  };
}

/** Where an account rests whose actor broke again and again: a person must look. It forgets nothing else. */
export function givenUp({ context }: AccountSnapshot, at: number): AccountSnapshot {
  const reason = { code: 'actor_failed' as const, at, detail: null };
  const resting = { ...context, reason, deadline: null, pairing: null, since: at };
  return accountMachine.resolveState({ value: { FAILED: 'idle' }, context: resting });
}

/** Between these two it was found out that a logout leaves a device at the provider, of which somebody must be told. */
export function newlyLeftLogin(before: AccountSnapshot, after: AccountSnapshot): boolean {
  return after.context.reason?.code === 'login_left' && before.context.reason?.code !== 'login_left';
}

/** What the runtime's start does with an account, by its last committed state. */
export function planRestore(snapshot: AccountSnapshot, autoRestore: boolean): 'restore' | 'settle' {
  const { context } = snapshot;
  const wanted = context.desired === 'CONNECTED' && context.login === 'saved';
  return autoRestore && wanted && statusOf(stateOf(snapshot)) !== 'FAILED' ? 'restore' : 'settle';
}

/** Only what this version wrote leads to what this version makes of it. */
function pendingOf(raw: unknown): readonly AccountEvent[] | null {
  if (!isRecord(raw) || raw['version'] !== SNAPSHOT_VERSION || !Array.isArray(raw['pending'])) return null;
  const events: readonly unknown[] = raw['pending'];
  return events.every(isEvent) ? events : null;
}

const isEvent = (x: unknown): x is AccountEvent => isRecord(x) && typeof x['type'] === 'string' && isTime(x['at']);

const statusOf = (state: string): AccountStatus => state.split('.', 1)[0] as AccountStatus;

const atRest = (context: AccountContext): AccountSnapshot =>
  accountMachine.resolveState({ value: { DISCONNECTED: 'idle' }, context });

function migrate(raw: RawAccount): RawAccount {
  let current = raw;
  while (current.version < SNAPSHOT_VERSION) {
    const step = MIGRATIONS[current.version];
    if (!step) throw new Error(`no migration from snapshot version ${current.version}`);
    current = step(current);
  }
  if (current.version !== SNAPSHOT_VERSION)
    throw new Error(`snapshot version ${current.version} is newer than this program`);
  return current;
}

function readRaw(raw: unknown): RawAccount {
  if (!isRecord(raw)) throw new Error('snapshot is not an object');
  const { version, value, context } = raw;
  if (typeof version !== 'number') throw new Error('snapshot has no version');
  if (!isRecord(context)) throw new Error('snapshot has no context');
  return { version, value, context };
}

function check({ version, value, context }: RawAccount): StoredAccount {
  if (!isStateValue(value)) throw new Error(`snapshot has no such state: ${JSON.stringify(value)}`);
  for (const [name, fits] of Object.entries(CONTEXT_FIELDS)) {
    if (!fits(context[name])) throw new Error(`snapshot context is malformed: ${name}`);
  }
  return { version, value, context: context as unknown as AccountContext };
}

const isRecord = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null && !Array.isArray(x);
const isTime = (x: unknown): boolean => typeof x === 'number' && Number.isFinite(x);
const isCount = (x: unknown): boolean => Number.isInteger(x) && (x as number) >= 0;
const isOneOf =
  (...words: readonly string[]) =>
  (x: unknown): boolean =>
    typeof x === 'string' && words.includes(x);
const orNull =
  (fits: (x: unknown) => boolean) =>
  (x: unknown): boolean =>
    x === null || fits(x);
const isCode = (x: unknown): boolean => typeof x === 'string' && isReasonCode(x);
const isCoded = (x: unknown): boolean => isRecord(x) && isCode(x['code']);

const CONTEXT_FIELDS: Readonly<Record<keyof AccountContext, (x: unknown) => boolean>> = {
  desired: isOneOf('CONNECTED', 'DISCONNECTED'),
  login: isOneOf('none', 'saved', 'discarding'),
  device: isOneOf('none', 'linked', 'left'),
  phone: orNull((x) => typeof x === 'string'),
  incarnation: isCount,
  launchedBy: isOneOf('person', 'supervisor'),
  pairing: orNull((x) => isRecord(x) && isCount(x['attempt']) && isTime(x['expiresAt'])),
  goodbye: isOneOf('close', 'logout'),
  ending: orNull(isCoded),
  reason: orNull((x) => isCoded(x) && isTime((x as { at: unknown }).at)),
  outage: orNull(isCode),
  onceMoreAfter: orNull(isCode),
  deadline: orNull((x) => isRecord(x) && typeof x['name'] === 'string' && isTime(x['at'])),
  crashes: (x) => isRecord(x) && Array.isArray(x['crashedAt']) && x['crashedAt'].every(isTime) && isCount(x['attempt']),
  restartCount: isCount,
  healthySince: orNull(isTime),
  since: isTime,
};

function isStateValue(value: unknown): value is StateValue {
  const known: Readonly<Record<string, { readonly states: object } | undefined>> = accountMachine.root.states;
  if (typeof value === 'string') return value === 'QR_READY';
  if (!isRecord(value)) return false;
  const [first, ...more] = Object.entries(value);
  if (!first || more.length > 0) return false;
  const [status, sub] = first;
  return typeof sub === 'string' && Object.hasOwn(known, status) && Object.hasOwn(known[status]!.states, sub);
}
