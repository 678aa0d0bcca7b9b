import { floorsOf, type Reading } from './floors.js';
import { type Slope, slopeOf } from './theil-sen.js';

/** What may grow, and by how much. */
export interface Bar {
  readonly perHour: number;
  /** Less than this inside the time looked at is no growth: garbage not collected yet, a connection more in a pool. */
  readonly growthMin: number;
  readonly why: string;
}

/** `below`: surely under its bar. `above`: surely over it. `open`: the run was too short, or too restless, to tell. */
export type Standing = 'below' | 'above' | 'open';

export interface Verdict {
  readonly standing: Standing;
  /** Null with too few calm readings. */
  readonly slope: Slope | null;
  /** What the slope was taken from. */
  readonly points: number;
  readonly hours: number;
}

const HOUR_MS = 3_600_000;

/** Judges what was read after the warm-up. */
export function judge(readings: readonly Reading[], warmUpMs: number, bar: Bar): Verdict {
  const floors = floorsOf(readings, warmUpMs);
  const slope = slopeOf(floors);
  const hours = ((floors.at(-1)?.atMs ?? 0) - (floors[0]?.atMs ?? 0)) / HOUR_MS;
  return { standing: standingOf(slope, hours, bar), slope, points: floors.length, hours };
}

function standingOf(slope: Slope | null, hours: number, { perHour, growthMin }: Bar): Standing {
  if (slope === null) return 'open';
  if (slope.high <= perHour) return 'below';
  return slope.low > perHour && slope.low * hours >= growthMin ? 'above' : 'open';
}

/** A half of the run, and never more than half an hour: by then caches are full and pools have their size. */
export function warmUpOf(tookMs: number): number {
  return Math.min(tookMs / 2, HOUR_MS / 2);
}
