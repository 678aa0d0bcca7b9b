import { type AccountSnapshot, describeAccount, stateOf } from '#libs/account/account.snapshot';
import { ACCOUNT_STATUSES, type AccountStatus, type Provider } from '#libs/contracts/account';
import { BRAKE_FAILED_MIN, BRAKE_SHARE_MAX, BRAKE_WINDOW_MS } from '#libs/contracts/limits/sessions';
import { SUPERVISION_TROUBLED_MAX } from '#libs/contracts/limits/runtime';
import { reasonEntry } from '#libs/contracts/reasons';
import {
  type BranchView,
  type LaunchView,
  type SupervisionView,
  type TroubledAccount,
  TROUBLES,
} from '#libs/contracts/supervision';
import { crashesThatCount } from '#libs/supervisor/restart-policy';
import type { ChildReport, Supervisor, SupervisorReport } from '#libs/supervisor/supervisor';
import type { AccountChild } from './account-child.js';
import type { GivenUpAccount } from './given-up.js';
import type { GateReport } from './launch/launch-gate.js';
import type { LaunchGates } from './launch/launch-gates.js';
import { ACCOUNT_RESTART, SESSION_RESTART } from './tree.js';

export type AccountsReport = Pick<SupervisionView, 'branches' | 'launches' | 'accounts'>;

export interface Reported {
  readonly sessions: Supervisor;
  readonly actors: Supervisor;
  readonly children: ReadonlyMap<string, AccountChild>;
  readonly gates: Pick<LaunchGates, 'reports' | 'isHeld'>;
  /** Accounts whose actor broke too often: they have none. */
  readonly givenUp: ReadonlyMap<string, GivenUpAccount>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * What the supervisors, gates and accounts of a node are at this moment. Intensity and back-off of sessions are read from
 * what is committed of the accounts, since that is what the next verdict will go by, also after a restart of the process.
 */
export function reportAccounts({ sessions, actors, children, gates, givenUp, now }: Reported): AccountsReport {
  const [ofSessions, ofActors] = [sessions.report(0), actors.report()]; // what is to be told of a session, its account knows
  const shakenActors = new Map(ofActors.shaken.map((child) => [child.id, child]));
  const troubled: Candidate[] = [];
  const byStatus = Object.fromEntries(ACCOUNT_STATUSES.map((status) => [status, 0])) as Record<AccountStatus, number>;
  let [crashes, shaken] = [0, 0];
  for (const [accountId, { committed, provider }] of children) {
    const state = stateOf(committed);
    byStatus[state.split('.', 1)[0] as AccountStatus] += 1;
    const used = crashesThatCount(committed.context.crashes, ofSessions.policy, now);
    crashes = Math.max(crashes, used);
    if (used > 0) shaken += 1;
    const about = { accountId, provider, crashes: used, actor: shakenActors.get(accountId) ?? null };
    const trouble = troubleOf(state, about, gates);
    if (trouble) troubled.push(candidateOf(committed, trouble, about));
  }
  for (const [accountId, account] of givenUp)
    troubled.push(givenUpCandidate(accountId, account, shakenActors.get(accountId)?.crashes ?? 0));
  byStatus.FAILED += givenUp.size;
  return {
    branches: [
      branchOf({ ...ofSessions, crashes }, 'sessions', SESSION_RESTART, shaken),
      branchOf(ofActors, 'accounts', ACCOUNT_RESTART, ofActors.shaken.filter((child) => child.crashes > 0).length),
    ],
    launches: gates.reports.map(launchOf),
    accounts: {
      total: children.size + givenUp.size,
      byStatus,
      ...capped(troubled),
    },
  };
}

interface About {
  readonly accountId: string;
  readonly provider: Provider;
  /** Of its sessions. */
  readonly crashes: number;
  readonly actor: ChildReport | null;
}

/** An account in trouble, before it is put into words: ten thousand may fall at once, and two hundred are shown. */
interface Candidate {
  readonly rank: number;
  readonly crashes: number;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
  readonly tell: () => TroubledAccount;
}

function candidateOf(snapshot: AccountSnapshot, trouble: TroubledAccount['trouble'], about: About): Candidate {
  const { deadline, since } = snapshot.context;
  const dueAt = deadline?.name === 'backoff' ? deadline.at : since;
  const tell = (): TroubledAccount => describe(snapshot, trouble, about);
  return { rank: TROUBLES.indexOf(trouble), crashes: about.crashes, dueAt, tell };
}

function troubleOf(
  state: string,
  { accountId, provider, crashes, actor }: About,
  gates: Reported['gates'],
): TroubledAccount['trouble'] | null {
  if (actor && actor.state !== 'running') return 'broken';
  if (state.startsWith('FAILED')) return 'failed';
  if (state === 'CONNECTING.backingOff') return 'backing_off';
  if (state === 'CONNECTING.queued' && gates.isHeld(provider, accountId)) return 'held';
  return crashes > 0 || (actor?.crashes ?? 0) > 0 ? 'shaken' : null;
}

function describe(
  snapshot: AccountSnapshot,
  trouble: TroubledAccount['trouble'],
  { accountId, provider, crashes, actor }: About,
): TroubledAccount {
  const { detail, since, restarts, reason } = describeAccount(snapshot);
  const verdict = trouble === 'broken' ? actor?.lastDown?.verdict : null;
  const nextAttemptAt = verdict?.do === 'restart' ? verdict.at : restarts.nextAttemptAt;
  return {
    accountId,
    provider,
    detail,
    trouble,
    since: timeOf(since),
    incarnation: snapshot.context.incarnation,
    restarts: restarts.count,
    crashes,
    actorCrashes: actor?.crashes ?? 0,
    nextAttemptAt: nextAttemptAt === null ? null : timeOf(nextAttemptAt),
    reason: reason && { code: reason.code, class: reasonEntry(reason.code).class, at: timeOf(reason.at) },
  };
}

function givenUpCandidate(accountId: string, account: GivenUpAccount, actorCrashes: number): Candidate {
  const tell = (): TroubledAccount => describeGivenUp(accountId, account, actorCrashes);
  return { rank: TROUBLES.indexOf('failed'), crashes: 0, dueAt: account.at, tell };
}

function describeGivenUp(
  accountId: string,
  { driver, at, incarnation }: GivenUpAccount,
  actorCrashes: number,
): TroubledAccount {
  const [code, since] = ['actor_failed' as const, timeOf(at)];
  return {
    accountId,
    provider: driver.provider,
    detail: 'FAILED.idle',
    trouble: 'failed',
    since,
    incarnation,
    restarts: 0,
    crashes: 0,
    actorCrashes,
    nextAttemptAt: null,
    reason: { code, class: reasonEntry(code).class, at: since },
  };
}

/** The gravest first, and of these those with most crashes, then those that wait least. Only those that are shown are told. */
function capped(troubled: Candidate[]): Pick<AccountsReport['accounts'], 'troubled' | 'troubledLeftOut'> {
  troubled.sort((a, b) => a.rank - b.rank || b.crashes - a.crashes || a.dueAt - b.dueAt);
  return {
    troubled: troubled.slice(0, SUPERVISION_TROUBLED_MAX).map(({ tell }) => tell()),
    troubledLeftOut: Math.max(0, troubled.length - SUPERVISION_TROUBLED_MAX),
  };
}

function branchOf(
  { strategy, policy, counts, crashes }: SupervisorReport,
  id: BranchView['id'],
  restart: BranchView['restart'],
  shaken: number,
): BranchView {
  const { restartsMax, windowMs, backoffFirstMs, backoffMsMax, resetAfterMs } = policy;
  return {
    id,
    strategy,
    restart,
    intensity: { restartsMax, windowMs, used: crashes },
    backoff: { firstMs: backoffFirstMs, msMax: backoffMsMax, resetAfterMs },
    children: counts,
    shaken,
  };
}

function launchOf(gate: GateReport): LaunchView {
  const { provider, on, failed, held, scouts, since, nextScoutAt } = gate;
  return {
    provider,
    slots: { max: gate.slotsMax, used: gate.launching, waiting: gate.waiting },
    brake: {
      on,
      since: since === null ? null : timeOf(since),
      failed,
      held,
      scouts,
      nextScoutAt: nextScoutAt === null ? null : timeOf(nextScoutAt),
      shareMax: BRAKE_SHARE_MAX,
      failedMin: BRAKE_FAILED_MIN,
      windowMs: BRAKE_WINDOW_MS,
    },
  };
}

const timeOf = (ms: number): string => new Date(ms).toISOString();
