import { Inject, Injectable } from '@nestjs/common';
import type {
  CheckView,
  checkRateLimitSchema,
  RateLimitStatus,
  RecordView,
  recordRateLimitSchema,
} from '#libs/contracts/account-manager/rate-limit';
import type { LeaseLimits } from '#libs/contracts/account-manager/lease-limits';
import type { OutputOf } from '#libs/contracts/parse';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import { countsOf, decide, type Decision, type Obstacle } from '#libs/leasing/decision';
import { actionLimitsOf, limitsOf } from '#libs/leasing/limits';
import type { DoneAsk, Holder, LockedUsage, Party } from '#src/persistence/leasing/usage.repository';
import { LIMIT_RULE_STORE, type LimitRuleStore, USAGE_STORE, type UsageStore } from './lease-stores.js';
import { statusOf } from './usage-status.js';

type CheckAsk = OutputOf<typeof checkRateLimitSchema>;

/** What may still be done with a leased account, and what was done. A check holds one unit; a record settles it. */
@Injectable()
export class UsageService {
  constructor(
    @Inject(USAGE_STORE) private readonly usage: UsageStore,
    @Inject(LIMIT_RULE_STORE) private readonly rules: LimitRuleStore,
  ) {}

  async check(accountId: string, ask: CheckAsk): Promise<Outcome<CheckView>> {
    const holder = await this.usage.holder(accountId);
    if (holder === null) return refused('account_not_found');
    const limits = await this.limitsFor(accountId, holder);
    const { userId } = holder;
    const wanted = { ...askOf(accountId, ask), userId, target: ask.target_id ?? null };
    const { max_per_channel_all_accounts: bound } = actionLimitsOf(limits, ask.action_type, holder.nowMs);
    const { judged, hold } = await this.usage.check(wanted, bound === null ? null : userId, (usage) =>
      judge(limits, ask, holder, usage),
    );
    const isOver = judged.denied_by === null && hold === null;
    const { allowed: _, ...said } = isOver ? { ...judged, denied_by: 'lease' as const } : judged;
    return accepted({
      allowed: hold !== null,
      ...said,
      reservation_id: hold?.id ?? null,
      reservation_expires_at: hold?.expiresAt.toISOString() ?? null,
    });
  }

  async record(accountId: string, ask: OutputOf<typeof recordRateLimitSchema>): Promise<Outcome<RecordView>> {
    const wanted = askOf(accountId, ask);
    const done = await this.usage.record(wanted, {
      success: ask.success,
      reservationId: ask.reservation_id ?? null,
      leaseId: ask.lease_id ?? null,
    });
    if (done === null) return refused('account_not_found');
    const { recorded, hold, party, usage } = done;
    const limits = await this.limitsFor(accountId, party);
    return accepted({
      account_id: accountId,
      action_type: ask.action_type,
      target_channel_id: wanted.channel,
      recorded,
      reservation_id: hold,
      counters: countsOf(limits, ask.action_type, usage).checks,
    });
  }

  async status(accountId: string): Promise<Outcome<RateLimitStatus>> {
    const holder = await this.usage.holder(accountId);
    if (holder === null) return refused('account_not_found');
    const limits = await this.limitsFor(accountId, holder);
    return accepted(statusOf(accountId, limits, await this.usage.status(accountId), holder.nowMs));
  }

  private async limitsFor(accountId: string, { userId, purpose }: Party): Promise<LeaseLimits> {
    return limitsOf(await this.rules.list(accountId), { user_id: userId, purpose, account_id: accountId });
  }
}

const askOf = (
  accountId: string,
  ask: Pick<OutputOf<typeof recordRateLimitSchema>, 'action_type' | 'target_channel_id'>,
): DoneAsk => ({
  accountId,
  actionType: ask.action_type,
  channel: ask.target_channel_id ?? null,
});

/** The lease must be the one whose limits were read, and the one that was named. */
function judge(limits: LeaseLimits, ask: CheckAsk, holder: Holder, usage: LockedUsage): Decision {
  const isHeld = usage.live && usage.leaseId === holder.leaseId && (!ask.lease_id || usage.leaseId === ask.lease_id);
  const obstacles: readonly (Obstacle | false)[] = [
    !isHeld && { by: 'lease', untilMs: null },
    (usage.disabled || usage.coolingUntilMs !== null) && {
      by: 'account',
      untilMs: usage.disabled ? null : usage.coolingUntilMs,
    },
    usage.refused && { by: 'target_refused', untilMs: null },
    usage.stopped && { by: 'channel_stopped', untilMs: null },
  ];
  return decide(
    limits,
    ask.action_type,
    usage,
    obstacles.filter((one) => one !== false),
  );
}
