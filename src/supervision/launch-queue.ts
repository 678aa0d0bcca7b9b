/**
 * At most `parallelMax` accounts of a provider launch at once; the longest-waiting is next. An account holds at most
 * one slot, and one place in the queue.
 */
export interface LaunchQueue {
  /** Calls `granted` once, perhaps at once; not after `leave`. */
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
      launching.delete(accountId);
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
