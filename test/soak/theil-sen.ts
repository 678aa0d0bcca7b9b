/** One reading of something that may grow. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** How much it grows an hour, and between which two it surely (99 %) lies. */
export interface Slope {
  readonly perHour: number;
  readonly low: number;
  readonly high: number;
}

/** Normal quantile of 99 %, both sides: some thirty lines are judged at once, and neighbouring points resemble each other. */
const SURE_Z = 2.576;
/** With fewer the interval is as wide as all that was seen. */
const POINTS_MIN = 6;
const HOUR_MS = 3_600_000;

/**
 * The median of the slopes between all pairs of points (Theil and Sen): up to 29 % of the points may be anything, and it
 * says the same. Its interval is Sen's: the slopes at the ranks between which Kendall's S lies by chance. Null with too few
 * points to say anything.
 */
export function slopeOf(points: readonly Point[]): Slope | null {
  if (points.length < POINTS_MIN) return null;
  const slopes = pairSlopes(points);
  const { length } = slopes;
  if (length === 0) return null;
  const spread = SURE_Z * Math.sqrt(varianceOfS(points.map(({ value }) => value)));
  const lowAt = Math.max(0, Math.floor((length - spread) / 2));
  return {
    perHour: (slopes[Math.floor((length - 1) / 2)]! + slopes[Math.floor(length / 2)]!) / 2,
    low: slopes[lowAt]!,
    high: slopes[length - 1 - lowAt]!,
  };
}

/** Ascending, per hour. */
function pairSlopes(points: readonly Point[]): readonly number[] {
  const slopes: number[] = [];
  for (const [n, { atMs, value }] of points.entries())
    for (const later of points.slice(n + 1))
      if (later.atMs !== atMs) slopes.push(((later.value - value) / (later.atMs - atMs)) * HOUR_MS);
  return slopes.sort((a, b) => a - b);
}

/** Of Kendall's S when nothing grows, with the correction for equal values: what never changes has no spread at all. */
function varianceOfS(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const term = (n: number): number => n * (n - 1) * (2 * n + 5);
  const ties = [...counts.values()].reduce((sum, count) => sum + term(count), 0);
  return (term(values.length) - ties) / 18;
}
