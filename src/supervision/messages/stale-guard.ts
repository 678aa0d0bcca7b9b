import type { Clock, MessageStore } from '../ports.js';
import type { AccountSession } from '../session/account-session.js';
import type { StoreRetry } from './store-retry.js';

export interface StaleGuardWorld {
  readonly accountId: string;
  readonly epoch: number;
  readonly clock: Clock;
  readonly messages: MessageStore;
  readonly store: StoreRetry;
  /** What has waited longer when the account comes online is not sent before a person says so. 0: it is. */
  readonly staleAfterMs: number;
  /** Until when the account was online before this session. */
  readonly onlineUntil: () => number;
  /** The outbox was paused, since what waits is stale. */
  readonly onStale: () => void;
}

/** Pauses an outbox whose messages have become old while the account was away. Asked once with each session. */
export class StaleGuard {
  private judged: AccountSession | null = null;

  constructor(private readonly world: StaleGuardWorld) {}

  async isStale(by: AccountSession): Promise<boolean> {
    const { staleAfterMs, accountId, epoch, clock, messages, store, onlineUntil, onStale } = this.world;
    if (this.judged === by || staleAfterMs === 0) return false;
    this.judged = by;
    const now = clock.now();
    // One that was online lately was not away for so long: its queue is long, or its pace slow.
    if (onlineUntil() > now - staleAfterMs) return false;
    const pause = (): Promise<boolean> => messages.pauseIfStale(accountId, epoch, now - staleAfterMs, now);
    const isPaused = await store.insist('judge outbox', pause);
    if (isPaused) onStale();
    return isPaused;
  }
}
