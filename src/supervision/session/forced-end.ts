import { CLOSE_MS_MIN } from '#libs/contracts/limits/sessions';
import type { Clock } from '../ports.js';

/**
 * The end by force of a session that was asked to close when this was made, and never sooner than CLOSE_MS_MIN after that.
 * The close deadline counts from the wish, and the order follows its commit: when the store held that up, the deadline may
 * have passed before the session heard a word, and a browser that is killed then loses a login that it has not stored yet.
 */
export class ForcedEnd {
  private readonly mayAt: number;
  private timer: unknown = null;

  constructor(private readonly clock: Clock) {
    this.mayAt = clock.now() + CLOSE_MS_MIN;
  }

  /** Calls `kill`, as soon as it may. */
  force(kill: () => void): void {
    if (this.timer !== null) return;
    const leftMs = this.mayAt - this.clock.now();
    if (leftMs <= 0) return kill();
    this.timer = this.clock.setTimeout(kill, leftMs);
  }

  /** The session is gone. */
  cancel(): void {
    if (this.timer !== null) this.clock.clearTimeout(this.timer);
  }
}
