import type { ToldLimits } from '#libs/contracts/account-manager/lease';
import type { LeaseLimits } from '#libs/contracts/account-manager/lease-limits';
import { actionLimitsOf } from '#libs/leasing/limits';

/** What old clients know of. */
const KNOWN = ['invite', 'message', 'contact'] as const;

/** The limits of a holder, flat as old clients read them, and whole. */
export function toldLimitsOf(limits: LeaseLimits, nowMs: number): ToldLimits {
  const of = (action: string) => actionLimitsOf(limits, action, nowMs);
  const names = new Set([...KNOWN, ...Object.keys(limits.actions)].filter((name) => name !== '*'));
  return {
    daily_invite_limit: of('invite').daily_limit,
    daily_message_limit: of('message').daily_limit,
    daily_contact_limit: of('contact').daily_limit,
    max_per_channel_per_day: of('invite').max_per_channel_per_day,
    max_per_channel_total: of('invite').max_per_channel_total,
    actions: Object.fromEntries([...names].map((name) => [name, of(name)])),
    time_zone: limits.time_zone,
    quiet_hours: limits.quiet_hours,
    on_channel_limit: limits.on_channel_limit,
  };
}
