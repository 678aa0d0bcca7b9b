import type { LeaseLimits } from '#libs/contracts/account-manager/lease-limits';
import type { CheckDenial, CheckView } from '#libs/contracts/account-manager/rate-limit';
import { actionLimitsOf } from './limits.js';
import { quietUntil } from './quiet-hours.js';
import { calendarDay, DAY_MS, type Window } from './window.js';

/** What was done or is held already, as it stands under the lock of the account’s counters. Times in ms since 1970. */
export interface UsageFacts {
  readonly nowMs: number;
  /** Of this account and action, everything that counts and is younger than LOOK_BACK_MS, in any order. */
  readonly recent: readonly { readonly atMs: number; readonly inChannel: boolean }[];
  /** Of this account and action in the channel, ever. Null: no channel was named. */
  readonly channelTotal: number | null;
  /** The same over all accounts of the tenant. */
  readonly channelAllAccounts: number | null;
}

/** What stands in the way beside any count. Null: nothing. */
export interface Obstacle {
  readonly by: CheckDenial;
  /** When it is over; null: nobody knows, or never. */
  readonly untilMs: number | null;
}

/** A day of 25 hours and the rolling one are both within. */
export const LOOK_BACK_MS = 26 * 3_600_000;

export interface Decision {
  readonly allowed: boolean;
  readonly checks: CheckView['checks'];
  /** The first that denies, in the order of the list. */
  readonly denied_by: CheckDenial | null;
  /** Until all that denies has passed; null when it is allowed, or when no time alone will help. */
  readonly retry_after_ms: number | null;
}

/**
 * May one more be done? A day is looked at in two ways, by the calendar of the account and as any 24 hours, and neither may
 * be passed: the first is what providers reset at midnight, the second keeps two days’ worth from meeting around it.
 */
export function decide(
  limits: LeaseLimits,
  actionType: string,
  facts: UsageFacts,
  obstacles: readonly Obstacle[],
): Decision {
  const { nowMs } = facts;
  const { own, checks } = countsOf(limits, actionType, facts);
  const inChannel = facts.recent.filter((use) => use.inChannel);
  const quiet = quietUntil(nowMs, limits.time_zone, limits.quiet_hours);
  const lastMs = Math.max(-Infinity, ...facts.recent.map(({ atMs }) => atMs));
  const day = calendarDay(nowMs, limits.time_zone);
  const denials: readonly Obstacle[] = [
    ...obstacles,
    ...when(quiet !== null, { by: 'quiet_hours', untilMs: quiet }),
    ...when(nowMs < lastMs + own.min_gap_ms, { by: 'min_gap', untilMs: lastMs + own.min_gap_ms }),
    ...when(isFull(checks.daily), { by: 'daily', untilMs: freeAt(facts.recent, own.daily_limit, day) }),
    ...when(isFull(checks.per_channel), {
      by: 'per_channel',
      untilMs: freeAt(inChannel, own.max_per_channel_per_day, day),
    }),
    ...when(isFull(checks.per_channel_total), { by: 'per_channel_total', untilMs: null }),
    ...when(isFull(checks.channel_all_accounts), { by: 'channel_all_accounts', untilMs: null }),
  ];
  return { allowed: denials.length === 0, checks, ...refusalOf(denials, nowMs) };
}

/** How much of each limit is used, without any decision. */
export function countsOf(limits: LeaseLimits, actionType: string, facts: UsageFacts) {
  const own = actionLimitsOf(limits, actionType, facts.nowMs);
  const inChannel = facts.recent.filter((use) => use.inChannel);
  const named = facts.channelTotal !== null;
  const today = (uses: UsageFacts['recent']): number => usedInDay(uses, facts.nowMs, limits.time_zone);
  const checks: CheckView['checks'] = {
    daily: count(today(facts.recent), own.daily_limit),
    per_channel: named ? count(today(inChannel), own.max_per_channel_per_day) : null,
    per_channel_total: named ? count(facts.channelTotal ?? 0, own.max_per_channel_total) : null,
    channel_all_accounts:
      facts.channelAllAccounts === null ? null : count(facts.channelAllAccounts, own.max_per_channel_all_accounts),
  };
  return { own, checks };
}

/** The greater of the two ways to look at a day: both must keep the limit. */
export function usedInDay(uses: UsageFacts['recent'], nowMs: number, timeZone: string): number {
  const { startMs } = calendarDay(nowMs, timeZone);
  const since = Math.min(startMs, nowMs - DAY_MS + 1); // the wider of both holds the other
  return uses.filter(({ atMs }) => atMs >= since).length;
}

/** When one more has room: the oldest of those that fill the limit is a day old, and its calendar day is over. */
function freeAt(uses: UsageFacts['recent'], limit: number, day: Window): number | null {
  const newestFirst = uses.map(({ atMs }) => atMs).toSorted((one, other) => other - one);
  const goes = newestFirst[limit - 1];
  if (goes === undefined) return null; // a limit of nothing is never free
  return Math.max(goes + DAY_MS, goes >= day.startMs ? day.endMs : 0);
}

function refusalOf(denials: readonly Obstacle[], nowMs: number): Pick<Decision, 'denied_by' | 'retry_after_ms'> {
  const [first] = denials;
  if (first === undefined) return { denied_by: null, retry_after_ms: null };
  const ends = denials.map(({ untilMs }) => untilMs);
  const final = ends.includes(null);
  const latest = Math.max(...ends.map((end) => end ?? 0));
  return { denied_by: first.by, retry_after_ms: final ? null : Math.max(1, Math.ceil(latest - nowMs)) };
}

const count = <Limit extends number | null>(used: number, limit: Limit) => ({
  used,
  limit,
  remaining: (limit === null ? null : Math.max(0, limit - used)) as Limit,
});

const isFull = (counted: { readonly remaining: number | null } | null): boolean => counted?.remaining === 0;

const when = (holds: boolean, obstacle: Obstacle): readonly Obstacle[] => (holds ? [obstacle] : []);
