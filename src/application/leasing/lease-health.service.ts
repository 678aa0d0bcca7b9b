import { Inject, Injectable } from '@nestjs/common';
import type {
  AccountHealth,
  HealthPage,
  listHealthSchema,
  Recovery,
} from '#libs/contracts/account-manager/account-health';
import type { HandledError, handleErrorSchema } from '#libs/contracts/account-manager/lease-error';
import type { OutputOf } from '#libs/contracts/parse';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import { healthOf } from './account-health.js';
import { judgeReport } from './error-report.js';
import { CONDITION_STORE, type ConditionStore } from './lease-stores.js';
import { recoveryOf } from './recovery.js';

/** How accounts are, beside their status: errors that services tell, rests, and what is over. */
@Injectable()
export class LeaseHealthService {
  constructor(@Inject(CONDITION_STORE) private readonly conditions: ConditionStore) {}

  async handleError(accountId: string, report: OutputOf<typeof handleErrorSchema>): Promise<Outcome<HandledError>> {
    const origin = { leaseId: report.lease_id ?? null, serviceName: report.context?.service_name ?? null };
    const changed = await this.conditions.change(accountId, origin, (condition) => judgeReport(report, condition));
    const health = changed && (await this.conditions.find(accountId));
    if (!changed || !health) return refused('account_not_found');
    const { change, coolingUntil } = changed;
    const { status, is_healthy: isHealthy, recovery_eta: eta } = healthOf(health);
    return accepted({
      account_id: accountId,
      error_class: change.class,
      action: change.decision,
      status,
      is_healthy: isHealthy,
      blocked_until: coolingUntil?.toISOString() ?? null,
      recovery_eta: eta,
      retry_after_ms: change.retryAfterMs,
      channel_stopped: change.stops !== null,
      message: change.message,
    });
  }

  async show(accountId: string): Promise<Outcome<AccountHealth>> {
    const condition = await this.conditions.find(accountId);
    return condition ? accepted(healthOf(condition)) : refused('account_not_found');
  }

  async list({ cursor, limit }: OutputOf<typeof listHealthSchema>): Promise<HealthPage> {
    const [rows, counts] = await Promise.all([
      this.conditions.list(cursor ?? null, limit + 1),
      this.conditions.count(),
    ]);
    const items = rows.slice(0, limit).map(healthOf);
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.account_id ?? null) : null, counts };
  }

  /** The owner of a purpose and channel says that it may go on after a provider’s complaint. False: nothing was stopped. */
  liftStop(userId: string, purpose: string, channel: string): Promise<boolean> {
    return this.conditions.liftStop(userId, purpose, channel);
  }

  async recovery(): Promise<Recovery> {
    return recoveryOf(await this.conditions.rests());
  }
}
