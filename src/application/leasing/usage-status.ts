import type { LeaseLimits } from '#libs/contracts/account-manager/lease-limits';
import type { RateLimitStatus } from '#libs/contracts/account-manager/rate-limit';
import { countsOf } from '#libs/leasing/decision';
import { calendarDay } from '#libs/leasing/window';
import type { UsageOfChannel } from '#src/persistence/leasing/usage.repository';

/** What an account has done and may still do, as one look shows it. */
export function statusOf(
  accountId: string,
  limits: LeaseLimits,
  uses: readonly UsageOfChannel[],
  nowMs: number,
): RateLimitStatus {
  const actions = new Set(['invite', 'message', 'contact', ...uses.map(({ action }) => action)]);
  const channels = new Set(uses.flatMap(({ channel }) => (channel === null ? [] : [channel])));
  return {
    account_id: accountId,
    daily: Object.fromEntries([...actions].map((action) => [action, dailyOf(limits, uses, action, nowMs)])),
    per_channel_limits: Object.fromEntries(
      [...channels].map((channel) => [
        channel,
        channelOf(
          limits,
          uses.filter((use) => use.channel === channel),
          nowMs,
        ),
      ]),
    ),
    held: uses.reduce((sum, { held }) => sum + held, 0),
    time_zone: limits.time_zone,
    day_ends_at: new Date(calendarDay(nowMs, limits.time_zone).endMs).toISOString(),
  };
}

function dailyOf(limits: LeaseLimits, uses: readonly UsageOfChannel[], action: string, nowMs: number) {
  const these = uses.filter((use) => use.action === action);
  const recent = these.flatMap(({ recentAt }) => recentAt.map((atMs) => ({ atMs, inChannel: false })));
  const { checks } = countsOf(limits, action, { nowMs, recent, channelTotal: null, channelAllAccounts: null });
  return { ...checks.daily, held: these.reduce((sum, { held }) => sum + held, 0) };
}

function channelOf(limits: LeaseLimits, uses: readonly UsageOfChannel[], nowMs: number) {
  const byAction = uses.map(({ action, total, recentAt }) => {
    const recent = recentAt.map((atMs) => ({ atMs, inChannel: true }));
    const facts = { nowMs, recent, channelTotal: total, channelAllAccounts: null };
    return [action, countsOf(limits, action, facts).checks] as const;
  });
  return {
    used_today: byAction.reduce((sum, [, checks]) => sum + (checks.per_channel?.used ?? 0), 0),
    total: uses.reduce((sum, { total }) => sum + total, 0),
    by_action: Object.fromEntries(byAction),
  };
}
