import { COMMIT_RETRY_MS, COMMIT_RETRY_MS_MAX } from '#libs/contracts/limits/runtime';
import { type Clock, StaleEpochError, type SupervisionLog } from '../ports.js';
import { createSignal, type Signal } from '../signal.js';

/** The account is no longer ours, or it is stopping: the write was given up. */
export class WriteAbandoned extends Error {}

/**
 * The store may be away for minutes, and nothing may be lost or done twice: every write given here is safe to repeat.
 * It goes on until it succeeds, the account has another owner, or the account stops; the wait between tries is bounded.
 */
export class StoreRetry {
  private stopped = false;
  /** Made for the first: while the store is well there are none. */
  private pauses: Set<Signal<never>> | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly log: SupervisionLog,
    private readonly onStale: () => void,
  ) {}

  /** Repeats a write until the store has taken it. Rejects with WriteAbandoned when it must not be written any more. */
  async insist<T>(what: string, write: () => Promise<T>): Promise<T> {
    for (let waitMs = COMMIT_RETRY_MS; !this.stopped; waitMs = Math.min(waitMs * 2, COMMIT_RETRY_MS_MAX)) {
      try {
        return await write();
      } catch (error) {
        if (error instanceof StaleEpochError) {
          this.onStale();
          throw new WriteAbandoned(what, { cause: error });
        }
        this.log.warn({ err: error, waitMs }, `${what}: the store did not take it, trying again`);
        await this.pause(waitMs);
      }
    }
    throw new WriteAbandoned(what);
  }

  stop(): void {
    this.stopped = true;
    for (const pause of this.pauses ?? []) pause.cancel();
  }

  private async pause(ms: number): Promise<void> {
    const pause = createSignal<never>(this.clock, ms);
    const pauses = (this.pauses ??= new Set());
    pauses.add(pause);
    await pause.promise;
    pauses.delete(pause);
  }
}
