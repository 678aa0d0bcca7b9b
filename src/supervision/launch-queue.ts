/**
 * At most `parallelMax` accounts of a provider launch at once; the longest-waiting is next. An account holds at most
 * one slot, and one place in the queue.
 */
export interface LaunchQueue {
  /**
   * Calls `granted` once, perhaps at once; not after `leave`. Whoever still holds a slot goes on with it: it may be
   * launching by an earlier grant, and must not do so without a slot.
   */
  join(accountId: string, granted: () => void): void;
  /** Gives back the slot, or the place in the queue. Harmless when the account has neither. */
  leave(accountId: string): void;
  readonly launching: number;
  readonly waiting: number;
}

export function createLaunchQueue(parallelMax: number): LaunchQueue {
  const launching = new Set<string>();
  const waiting = new Map<string, () => void>();

  const grantNext = (): void => {
    for (const [accountId, granted] of waiting) {
      if (launching.size >= parallelMax) return;
      waiting.delete(accountId);
      launching.add(accountId);
      granted();
    }
  };

  return {
    join(accountId, granted) {
      if (launching.has(accountId)) return granted();
      waiting.delete(accountId);
      waiting.set(accountId, granted);
      grantNext();
    },
    leave(accountId) {
      waiting.delete(accountId);
      if (launching.delete(accountId)) grantNext();
    },
    get launching() {
      return launching.size;
    },
    get waiting() {
      return waiting.size;
    },
  };
}
