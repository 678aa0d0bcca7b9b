import type { Point } from './theil-sen.js';

/** A reading, and whether nothing was broken at that moment. */
export interface Reading extends Point {
  readonly calm: boolean;
}

/** Half the time between two faults: one of two usually lies between the end of one fault and the next. */
const FLOOR_MS_MIN = 30_000;
/** Garbage is collected after minutes when little happens: the longer the run, the longer the stretches may be. */
const FLOORS_MAX = 15;

/**
 * The least of each stretch of time: what is left when garbage is collected and no work is under way, which is what a leak
 * raises. Readings while something is broken count for nothing: a browser that is dead needs no memory.
 */
export function floorsOf(readings: readonly Reading[], fromMs: number, floorMs = FLOOR_MS_MIN): readonly Point[] {
  const wanted = readings.filter(({ atMs, calm }) => calm && atMs >= fromMs);
  const span = (wanted.at(-1)?.atMs ?? fromMs) - fromMs;
  const width = Math.max(floorMs, span / FLOORS_MAX);
  const floors = new Map<number, Point>();
  for (const { atMs, value } of wanted) {
    const stretch = Math.floor((atMs - fromMs) / width);
    const floor = floors.get(stretch);
    if (floor === undefined || value < floor.value) floors.set(stretch, { atMs, value });
  }
  return [...floors.values()];
}
