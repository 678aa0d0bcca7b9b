import type { StoredStats } from '#libs/contracts/stats';
import type { StoredStatsSource } from '#src/application/stores';

/** A store in which nothing waits. The real one is tried in src/persistence/stats.system.spec.ts. */
export class MemoryStats implements StoredStatsSource {
  stats: StoredStats = {
    queues: {
      outbox: { queued: 0, sending: 0, oldestAt: null, capped: false },
      deliveries: { waiting: 0, retrying: 0, dead: 0, oldestAt: null, capped: false },
      jobs: { due: 0, later: 0, running: 0, capped: false },
    },
    log: { oldest: null, newest: null },
  };
  /** Set: every read rejects with it. */
  failure: Error | null = null;

  async read(): Promise<StoredStats> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
    return this.stats;
  }
}
