import type { Rate } from '#libs/contracts/stats';

/** Milliseconds that only ever go forward. */
export type Stopwatch = () => number;

/** How much there was, in all and of late. Two rings of numbers: counting costs the same with a million as with one. */
export interface Tally {
  add(amount?: number): void;
  read(): Rate;
}

export function createTally(now: Stopwatch): Tally {
  const [minute, hour] = [createRing(SECOND_MS), createRing(MINUTE_MS)];
  let total = 0;
  return {
    add(amount = 1) {
      const at = now();
      total += amount;
      for (const ring of [minute, hour]) ring.set(at, (before) => before + amount);
    },
    read() {
      const at = now();
      return { total, lastMinute: sumOf(minute.young(at)), lastHour: sumOf(hour.young(at)) };
    },
  };
}

/** Of values that are measured: how many, their mean and the greatest, in the last minute. */
export interface Measured {
  add(value: number): void;
  /** Null: there was none. */
  read(): { readonly mean: number; readonly max: number } | null;
}

export function createMeasured(now: Stopwatch): Measured {
  const [counts, sums, peaks] = [createRing(SECOND_MS), createRing(SECOND_MS), createRing(SECOND_MS)];
  return {
    add(value) {
      const at = now();
      counts.set(at, (before) => before + 1);
      sums.set(at, (before) => before + value);
      peaks.set(at, (before) => Math.max(before, value));
    },
    read() {
      const at = now();
      const count = sumOf(counts.young(at));
      return count === 0 ? null : { mean: sumOf(sums.young(at)) / count, max: Math.max(...peaks.young(at)) };
    },
  };
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** A minute in seconds, an hour in minutes. The one that is under way is the sixtieth. */
const SLOTS = 60;

interface Ring {
  set(at: number, change: (before: number) => number): void;
  /** Those that are not too old; what is old lies there until its place is needed. */
  young(at: number): readonly number[];
}

function createRing(widthMs: number): Ring {
  const values = new Float64Array(SLOTS);
  const slots = new Float64Array(SLOTS).fill(Number.NEGATIVE_INFINITY);
  return {
    set(at, change) {
      const slot = Math.floor(at / widthMs);
      const place = slot % SLOTS;
      values[place] = change(slots[place] === slot ? values[place]! : 0);
      slots[place] = slot;
    },
    young(at) {
      const slot = Math.floor(at / widthMs);
      return [...values].filter((_, place) => slot - slots[place]! < SLOTS);
    },
  };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
