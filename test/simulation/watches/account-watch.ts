import { ACCOUNT_DEADLINES } from '#libs/account/account.context';
import type { MusterEvent } from '#libs/contracts/events';
import {
  AUTHENTICATION_DEADLINE_MS,
  BACKOFF_MS_MAX,
  BRAKE_PAUSE_MS_MAX,
  CLOSE_DEADLINE_MS,
  DEGRADED_DEADLINE_MS,
  KILL_DEADLINE_MS,
  LAUNCH_DEADLINE_MS,
} from '#libs/contracts/limits/sessions';
import { isReasonCode, REASONS } from '#libs/contracts/reasons';
import type { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import { nameOf, type Story } from '../story.js';
import type { AccountRow, StoredStep, StoreTables } from '../store-tables.js';

/** A deadline's retreat has to be stepped, gathered and committed. */
const DEADLINE_SLACK_MS = 1_000;

/**
 * The longest honest way from a crash to CONNECTED or FAILED with `accounts` sharing the launch slots: what the session
 * before had still to wait (its launch, its login or its degradation), its end by force, the longest back-off (longer than
 * the wait after a conflict), one launch after each of the others, each a scout when the brake is on, the new login.
 */
export const recoveryBoundMs = (accounts: number): number =>
  Math.max(LAUNCH_DEADLINE_MS + AUTHENTICATION_DEADLINE_MS, DEGRADED_DEADLINE_MS) +
  CLOSE_DEADLINE_MS +
  KILL_DEADLINE_MS +
  BACKOFF_MS_MAX +
  accounts * (LAUNCH_DEADLINE_MS + BRAKE_PAUSE_MS_MAX) +
  AUTHENTICATION_DEADLINE_MS;

/** Since when nothing disturbs: an account, the runtime, the store. `Infinity`: something still does. */
export interface Calm {
  readonly account: (accountId: string) => number;
  readonly runtime: number;
  /** Until when the account's actor may be down. */
  readonly actor: (accountId: string) => number;
}

/** I6, I7, I12 and the rest of normal exits: what must hold for every account, whatever happens to it. */
export class AccountWatch {
  /** The normal reason after which only a person may open a session. */
  private readonly restsFor = new Map<string, string>();
  private readonly announced = new Map<string, number>();
  /** By account: the deadline that its last commit set, and how long that commit took. */
  private readonly heldUp = new Map<string, { readonly at: number; readonly ms: number }>();

  constructor(private readonly story: Story) {}

  onStep(accountId: string, step: StoredStep): void {
    const detail = step.from === step.to ? step.to : `${step.from} → ${step.to}`;
    this.story.tell(nameOf(accountId), `${detail} (${step.event}${step.cause ? `: ${step.cause}` : ''})`);
    const byPerson = step.event === 'account.connect' || step.event === 'account.restart';
    if (byPerson) this.restsFor.delete(accountId);
    if (step.event !== 'session.down' && step.event !== 'driver.broken') return;
    const reason = step.cause !== null && isReasonCode(step.cause) ? REASONS[step.cause] : null;
    const wantedFresh = step.to === 'CONNECTING.queued';
    const triedOnceMore = step.cause === 'conflict' && step.to.startsWith('CONNECTING'); // ConflictWatch looks at those
    if (reason?.class === 'normal' && step.cause !== 'stopped' && !wantedFresh && !triedOnceMore)
      this.restsFor.set(accountId, step.cause ?? '');
  }

  /** A session is being opened. */
  onOpen(row: AccountRow, incarnation: number): void {
    const accountId = row.id;
    const committed = row.kept?.snapshot.context.incarnation;
    if (committed !== incarnation)
      this.story.accuse('I12', `${nameOf(accountId)} opens session ${incarnation}, but ${committed} is committed`);
    const reason = this.restsFor.get(accountId);
    if (reason)
      this.story.accuse(
        'normal exits rest',
        `${nameOf(accountId)} ended with ${reason}, and was opened again by nobody`,
      );
  }

  onChanged(event: Extract<MusterEvent, { event: 'account.changed' }>, tables: StoreTables, now: number): void {
    const row = tables.account(event.accountId);
    this.noteHeldUp(row, now);
    for (const { seq, to } of event.transitions) {
      this.announced.set(event.accountId, seq);
      if (row.history.get(seq)?.to !== to) this.accuseI12(row, `step ${seq} to ${to} was announced, but is not stored`);
    }
    if (
      row.kept?.state.detail !== event.state.detail &&
      (row.kept?.transitionSeq ?? 0) < (this.announced.get(row.id) ?? 0)
    )
      this.accuseI12(row, `${event.state.detail} was announced, but is not stored`);
  }

  /** What a life finds when it takes over: all that earlier ones announced. */
  onTakeover(tables: StoreTables): void {
    for (const row of tables.accounts.values()) {
      const seq = this.announced.get(row.id) ?? 0;
      if ((row.kept?.transitionSeq ?? 0) < seq) this.accuseI12(row, `step ${seq} was announced and is undone`);
      const last = row.history.get(row.history.size);
      if (last && row.kept?.state.detail !== last.to)
        this.accuseI12(row, `the history ends in ${last.to}, the snapshot says ${row.kept?.state.detail}`);
    }
  }

  /** After every step of time while the runtime runs. */
  check(tables: StoreTables, now: number, calm: Calm): void {
    for (const row of tables.accounts.values()) {
      this.checkDeadline(row, now, calm);
      const since = Math.max(calm.runtime, calm.account(row.id));
      const bound = recoveryBoundMs(tables.accounts.size);
      if (now - since > bound && isMoving(row))
        this.story.accuse('I7', `${nameOf(row.id)} is still ${stateOf(row)} ${bound} ms after the last disturbance`);
      const code = row.kept?.state.reason?.code;
      if (stateOf(row).startsWith('FAILED') && code && REASONS[code].class === 'outage')
        this.story.accuse('I7', `${nameOf(row.id)} has FAILED by an outage: ${code}`);
    }
  }

  /** After quiesce: what a person wants is there, or somebody was told why not. */
  checkEnd(tables: StoreTables, provider: SimulatedProvider): void {
    for (const row of tables.accounts.values()) {
      const name = nameOf(row.id);
      const { desired = 'DISCONNECTED', reason = null } = row.kept?.state ?? {};
      const state = stateOf(row);
      if (isMoving(row)) this.story.accuse('I7', `${name} does not come to rest: ${state}`);
      if (state === 'DISCONNECTED.idle' && desired === 'CONNECTED' && !INTERRUPTED.includes(reason?.code ?? ''))
        this.story.accuse('I7', `${name} is wanted and rests, for ${reason?.code ?? 'no reason'}`);
      const live = provider.isLive(row.id);
      const shouldLive = state === 'CONNECTED.online' || state === 'QR_READY';
      if (live && !shouldLive) this.story.accuse('I5', `${name} is ${state}, and has a session`);
      if (!live && shouldLive) this.story.accuse('I7', `${name} is ${state} without a session`);
    }
  }

  /** A deadline that bounds an order's answer counts from when the order could be given: when its commit was known. */
  private noteHeldUp({ id, kept }: AccountRow, now: number): void {
    const deadline = kept?.snapshot.context.deadline;
    if (!deadline || this.heldUp.get(id)?.at === deadline.at) return;
    const isOfOrder = deadline.name === 'launch' || deadline.name === 'close' || deadline.name === 'kill';
    const setAt = isOfOrder ? deadline.at - ACCOUNT_DEADLINES[deadline.name] : now;
    this.heldUp.set(id, { at: deadline.at, ms: Math.max(0, now - setAt) });
  }

  private checkDeadline(row: AccountRow, now: number, calm: Calm): void {
    const deadline = row.kept?.snapshot.context.deadline;
    const heldUpMs = this.heldUp.get(row.id)?.ms ?? 0;
    const due = Math.max((deadline?.at ?? Infinity) + heldUpMs, calm.runtime, calm.actor(row.id));
    if (deadline && now > due + DEADLINE_SLACK_MS)
      this.story.accuse('I6', `${nameOf(row.id)} is in ${stateOf(row)} past its deadline ${deadline.name}`);
  }

  private accuseI12(row: AccountRow, text: string): void {
    this.story.accuse('I12', `${nameOf(row.id)}: ${text}`);
  }
}

/** A start of the runtime may leave a wanted account at rest. */
const INTERRUPTED: readonly string[] = ['not_restored', 'pairing_interrupted'];

export const stateOf = (row: AccountRow): string => row.kept?.state.detail ?? 'DISCONNECTED.idle';
/** On its way somewhere by itself. A code on show waits for a person. */
export const isMoving = (row: AccountRow): boolean =>
  !['DISCONNECTED.idle', 'FAILED.idle', 'CONNECTED.online', 'QR_READY'].includes(stateOf(row));
