import type { LeaseLimits } from '#libs/contracts/account-manager/lease-limits';
import { actionLimitsOf } from '#libs/leasing/limits';
import type { ChannelUse } from '#src/persistence/leasing/usage.repository';

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
