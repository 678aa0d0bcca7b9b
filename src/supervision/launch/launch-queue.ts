import type { Clock } from '../ports.js';

/**
 * At most `parallelMax` accounts of a provider launch at once, always; the longest-waiting is next, whoever it is. An
 * account holds at most one slot, and one place in the queue. A slot is given back when the account leaves it, at the
 * latest after `slotMsMax`: one that is stuck goes on, but holds up nobody.
 */
export interface LaunchQueue {
  /**
   * Calls `granted` once, perhaps at once; not after `leave`. Whoever still holds a slot goes on with it: it may be
   * launching by an earlier grant, and must not do so without a slot.
   */
  join(accountId: string, granted: () => void): void;
  /** Gives back the slot, or the place in the queue. Harmless when the account has neither. True: it was waiting. */
  leave(accountId: string): boolean;
  /** Grants nothing more, and leaves no timer. */
  close(): void;
  readonly launching: number;
  readonly waiting: number;
}

export interface LaunchQueueOptions {
  readonly parallelMax: number;
  readonly slotMsMax: number;
  readonly clock: Clock;
  /** Told before the account itself. */
  readonly onGranted?: (accountId: string) => void;
}

export function createLaunchQueue({ parallelMax, slotMsMax, clock, onGranted }: LaunchQueueOptions): LaunchQueue {
  /** With the timer that takes the slot back. */
  const launching = new Map<string, unknown>();
  const waiting = new Map<string, () => void>();
  let closed = false;

  const grantNext = (): void => {
    for (const [accountId, granted] of waiting) {
      if (launching.size >= parallelMax) return;
      waiting.delete(accountId);
      const takeBack = clock.setTimeout(() => giveBack(accountId), slotMsMax);
      launching.set(accountId, takeBack);
      onGranted?.(accountId);
      granted();
    }
  };
  const giveBack = (accountId: string): void => {
    clock.clearTimeout(launching.get(accountId));
    if (launching.delete(accountId)) grantNext();
  };

  return {
    join(accountId, granted) {
      if (closed) return;
      if (launching.has(accountId)) {
        onGranted?.(accountId);
        return granted();
      }
      waiting.set(accountId, granted); // one that waits already keeps its place
      grantNext();
    },
    leave(accountId) {
      const wasWaiting = waiting.delete(accountId);
      if (launching.has(accountId)) giveBack(accountId);
      return wasWaiting;
    },
    close() {
      closed = true;
      waiting.clear();
      for (const takeBack of launching.values()) clock.clearTimeout(takeBack);
      launching.clear();
    },
    get launching() {
      return launching.size;
    },
    get waiting() {
      return waiting.size;
    },
  };
}
