import type { ChannelTotals } from '#libs/contracts/account-manager/lease';
import type { LeaseLimits } from '#libs/contracts/account-manager/lease-limits';
import { actionLimitsOf } from '#libs/leasing/limits';
import type { ChannelUse } from '#src/persistence/leasing/usage.repository';

/** What old clients know of; told also while nothing of it was done. */
const KNOWN = ['invite', 'message', 'contact'] as const;

/** What all accounts together have done in a channel for a tenant, and may do. */
export function totalsInChannel(channel: string, used: readonly ChannelUse[], limits: LeaseLimits): ChannelTotals {
  const totals = new Map(used.map(({ action, allAccounts }) => [action, allAccounts]));
  const nowMs = used[0]?.nowMs ?? 0; // age takes nothing off this bound
  const of = (action: string) => ({
    total: totals.get(action) ?? 0,
    limit: actionLimitsOf(limits, action, nowMs).max_per_channel_all_accounts,
  });
  const actions = new Set([...KNOWN, ...totals.keys()]);
  return { target_channel_id: channel, totals: Object.fromEntries([...actions].map((name) => [name, of(name)])) };
}

/** An account that may do no more of something in a channel. */
export interface FullAccount {
  readonly accountId: string;
  /** The tenant who asks has used it there. */
  readonly isMine: boolean;
  readonly whenFull: LeaseLimits['on_channel_limit'];
  readonly detail: string;
}

/** Those of the accounts used in a channel that have reached what they may do there in all. `whenFull`: said by the call. */
export function fullInChannel(
  used: readonly ChannelUse[],
  limitsFor: (accountId: string) => LeaseLimits,
  whenFull: LeaseLimits['on_channel_limit'] | undefined,
): readonly FullAccount[] {
  return used.flatMap(({ accountId, action, total, isMine, nowMs, allAccounts }) => {
    const limits = limitsFor(accountId);
    const limit = actionLimitsOf(limits, action, nowMs).max_per_channel_total;
    if (total < limit) return [];
    const detail =
      `Account ${accountId} has done ${total} of ${limit} (${action}); all accounts of this tenant together ${allAccounts}. ` +
      'Ask with on_channel_limit: "switch" to go on with another.';
    return [{ accountId, isMine, whenFull: whenFull ?? limits.on_channel_limit, detail }];
  });
}
