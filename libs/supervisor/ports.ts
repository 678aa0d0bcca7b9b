/** All that supervision needs of the world. Given real ones it supervises, given virtual ones it can be simulated. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  setTimeout(run: () => void, afterMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

export interface Dice {
  /** Evenly from 0 (included) to 1 (excluded). */
  next(): number;
}
