import type { Clock } from './ports.js';

/** One awaited word with a time limit: null when it did not come in time, or was cancelled. */
export interface Signal<T> {
  readonly promise: Promise<T | null>;
  give(word: T): void;
  cancel(): void;
}

export function createSignal<T>(clock: Clock, waitMsMax: number): Signal<T> {
  let settle: (word: T | null) => void = () => undefined;
  const promise = new Promise<T | null>((resolve) => (settle = resolve));
  const timer = clock.setTimeout(() => settle(null), waitMsMax);
  const end = (word: T | null): void => {
    clock.clearTimeout(timer);
    settle(word);
  };
  return { promise, give: end, cancel: () => end(null) };
}

/** Resolves when the work is done, or without it when its time is over; rejects as it does. */
export async function waitAtMost(clock: Clock, waitMsMax: number, work: Promise<unknown>): Promise<void> {
  const limit = createSignal<void>(clock, waitMsMax);
  try {
    await Promise.race([work, limit.promise]);
  } finally {
    limit.cancel();
  }
}
