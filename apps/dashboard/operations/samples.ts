import type { StatsView } from '#libs/contracts/stats';

/** What was read, and when by the clock of this page. */
export interface Sample {
  readonly atMs: number;
  readonly stats: StatsView;
}
export interface Point {
  readonly atMs: number;
  /** Null: nothing was measured then. */
  readonly value: number | null;
}

export const SAMPLE_EVERY_MS = 2_000;
/** As long as a chart is wide. */
export const SAMPLES_KEPT_MS = 5 * 60_000;
/** What a chart may be wide: the least that holds all that was measured, so that a short look fills it, too. */
const WINDOWS_MS = [60_000, 2 * 60_000, SAMPLES_KEPT_MS];
/** Between two samples that are further apart nobody looked (a hidden tab, a lost connection): no line is drawn there. */
const GAP_MS = 3 * SAMPLE_EVERY_MS;

/** With one more, without those that are too old. A runtime that was started anew counts from nothing: so do the charts. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last && last.stats.startedAt !== sample.stats.startedAt) return [sample];
  return [...samples.filter(({ atMs }) => sample.atMs - atMs < SAMPLES_KEPT_MS), sample];
}

export function windowOf(points: readonly Point[]): number {
  const [first, last] = [points[0], points.at(-1)];
  const spanMs = first && last ? last.atMs - first.atMs : 0;
  return WINDOWS_MS.find((ms) => ms >= spanMs) ?? SAMPLES_KEPT_MS;
}

/** How many a second, between each sample and the one before. */
export function ratePoints(samples: readonly Sample[], total: (stats: StatsView) => number): readonly Point[] {
  return samples.flatMap(({ atMs, stats }, i): readonly Point[] => {
    const before = samples[i - 1];
    if (!before) return [];
    const tookMs = atMs - before.atMs;
    if (tookMs > GAP_MS) return [{ atMs, value: null }];
    return [{ atMs, value: ((total(stats) - total(before.stats)) / tookMs) * 1_000 }];
  });
}

/** What was measured at each sample. */
export function valuePoints(samples: readonly Sample[], value: (stats: StatsView) => number | null): readonly Point[] {
  return samples.flatMap(({ atMs, stats }, i) => {
    const before = samples[i - 1];
    const point = { atMs, value: value(stats) };
    return before && atMs - before.atMs > GAP_MS ? [{ atMs: atMs - 1, value: null }, point] : [point];
  });
}

/** The least of 1, 2, 5 times a power of ten that is not below: people read such scales. */
export function roundScale(max: number): number {
  if (max <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(max));
  return power * [1, 2, 5, 10].find((step) => step * power >= max * (1 - 1e-9))!;
}
