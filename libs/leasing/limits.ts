import {
  type ActionLimits,
  DEFAULT_LIMITS,
  type LeaseLimits,
  type LimitChanges,
  type LimitRule,
} from '#libs/contracts/account-manager/lease-limits';
import { DAY_MS } from './window.js';

/** Who asks, for what, with which account. Null: it is not known, and rules about it do not count. */
export interface LeaseParty {
  readonly user_id: string | null;
  readonly purpose: string | null;
  readonly account_id: string | null;
}

/**
 * The limits that count. A rule counts for those it names; the narrower stands above the wider, number by number:
 * default < tenant < purpose < account, and a rule that names two of them stands above one that names the greater alone.
 */
export function limitsOf(rules: readonly LimitRule[], party: LeaseParty): LeaseLimits {
  return rules
    .filter((rule) => countsFor(rule, party))
    .toSorted((one, other) => narrowness(one) - narrowness(other))
    .reduce((limits, rule) => withChanges(limits, rule.limits), DEFAULT_LIMITS);
}

/** What an account may do of one kind now: less while it is young, but never nothing of what is allowed at all. */
export function actionLimitsOf(limits: LeaseLimits, actionType: string, nowMs: number): ActionLimits {
  const full = ofAction(limits.actions, actionType);
  if (!isYoung(limits, nowMs)) return full;
  const part = (count: number): number =>
    count === 0 ? 0 : Math.max(1, Math.floor((count * limits.young_account.percent) / 100));
  return {
    ...full,
    daily_limit: part(full.daily_limit),
    max_per_channel_per_day: part(full.max_per_channel_per_day),
    max_per_channel_total: part(full.max_per_channel_total),
  };
}

/** An action may be called `constructor`, which every object has and nobody has limited. */
const ofAction = (actions: LeaseLimits['actions'], name: string): ActionLimits =>
  (Object.hasOwn(actions, name) ? actions[name] : actions['*'])!;

function isYoung({ registered_at: registeredAt, young_account: young }: LeaseLimits, nowMs: number): boolean {
  return registeredAt !== null && nowMs < daysOf(registeredAt) * DAY_MS + young.days * DAY_MS;
}

/** Days from 1970 to a date such as 2026-11-21, by the calendar’s own arithmetic (years begin in March there). */
function daysOf(date: string): number {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number);
  const from = month > 2 ? year : year - 1;
  const leaps = Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400);
  return 365 * from + leaps + Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 719_469;
}

const countsFor = (rule: LimitRule, party: LeaseParty): boolean =>
  (['user_id', 'purpose', 'account_id'] as const).every((of) => rule[of] === null || rule[of] === party[of]);

const narrowness = ({ user_id: user, purpose, account_id: account }: LimitRule): number =>
  (account === null ? 0 : 4) + (purpose === null ? 0 : 2) + (user === null ? 0 : 1);

function withChanges(limits: LeaseLimits, { actions = {}, ...changes }: LimitChanges): LeaseLimits {
  const { '*': all = {}, ...named } = actions;
  const changed: Record<string, ActionLimits> = {};
  for (const [name, before] of Object.entries(limits.actions)) changed[name] = { ...before, ...given(all) };
  for (const [name, one] of Object.entries(named)) changed[name] = { ...ofAction(changed, name), ...given(one) };
  return { ...limits, ...given(changes), actions: changed };
}

/** Without what is undefined, which would stand above what was there. */
const given = <T extends object>(changes: T): Partial<T> =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>;
