import { Inject, Injectable } from '@nestjs/common';
import { ACCOUNT_STATUSES, type AccountStatus } from '#libs/contracts/account';
import type { StatsView } from '#libs/contracts/stats';
import { COMMITTED_STATES, type CommittedStates } from '#src/observability/committed-states';
import { Metrics } from '#src/observability/metrics';
import { memoryMb } from '#src/observability/resource-line';
import { RuntimeState } from '#src/observability/runtime-state';
import { orNothing } from '#src/observability/scrape-question';
import { STORED_STATS, type StoredStatsSource } from './stores.js';

@Injectable()
export class StatsQueries {
  private readonly startedAt = new Date(performance.timeOrigin).toISOString();

  constructor(
    private readonly runtime: RuntimeState,
    private readonly metrics: Metrics,
    @Inject(COMMITTED_STATES) private readonly states: CommittedStates,
    @Inject(STORED_STATS) private readonly store: StoredStatsSource,
  ) {}

  /** Also while the store is away: that is when somebody looks. */
  async show(): Promise<StatsView> {
    const [parts, stored] = await Promise.all([this.runtime.checkParts(), orNothing(this.store.read())]);
    const delayMs = parts['event_loop']?.['delayMs'];
    return {
      at: new Date().toISOString(),
      startedAt: this.startedAt,
      phase: this.runtime.phase,
      memory: memoryMb(),
      loopDelayMs: typeof delayMs === 'number' ? delayMs : null,
      accounts: this.countAccounts(),
      ...this.metrics.activity.read(),
      stored,
    };
  }

  private countAccounts(): StatsView['accounts'] {
    const counts = Object.fromEntries(ACCOUNT_STATUSES.map((status) => [status, 0])) as Record<AccountStatus, number>;
    for (const [, { status }] of this.states.entries()) counts[status] += 1;
    return counts;
  }
}
