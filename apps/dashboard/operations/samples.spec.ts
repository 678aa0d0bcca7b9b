import { describe, expect, it } from 'vitest';
import type { StatsView } from '#libs/contracts/stats';
import { ratePoints, roundScale, type Sample, SAMPLES_KEPT_MS, valuePoints, windowOf, withSample } from './samples.js';

const sample = (atMs: number, total: number, startedAt = 'then'): Sample => ({
  atMs,
  stats: { startedAt, transitions: { total, lastMinute: 0, lastHour: 0 } } as StatsView,
});
const total = (stats: StatsView): number => stats.transitions.total;
const rates = (samples: readonly Sample[]) => ratePoints(samples, total).map(({ value }) => value);

describe('samples of a runtime', () => {
  it('are kept for as long as a chart is wide', () => {
    const samples = withSample([sample(0, 1), sample(10_000, 2)], sample(SAMPLES_KEPT_MS + 5_000, 3));
    expect(samples.map(({ atMs }) => atMs)).toEqual([10_000, SAMPLES_KEPT_MS + 5_000]);
  });

  it('begin anew with another start, whose totals are smaller', () => {
    expect(withSample([sample(0, 90)], sample(2_000, 4, 'later'))).toEqual([sample(2_000, 4, 'later')]);
  });

  it('tell how many there were a second, whatever the time between them', () => {
    expect(rates([sample(0, 10), sample(2_000, 14), sample(6_000, 14), sample(7_000, 20)])).toEqual([2, 0, 6]);
    expect(rates([sample(0, 10)])).toEqual([]);
  });

  it('draw no line through a time in which nobody looked', () => {
    expect(rates([sample(0, 10), sample(60_000, 900), sample(62_000, 902)])).toEqual([null, 1]);
    expect(valuePoints([sample(0, 1), sample(60_000, 2)], total)).toEqual([
      { atMs: 0, value: 1 },
      { atMs: 59_999, value: null },
      { atMs: 60_000, value: 2 },
    ]);
  });
});

describe('a chart', () => {
  it('is as wide as what was measured needs, up to all that is kept', () => {
    const spanning = (ms: number) => windowOf([0, ms].map((atMs) => ({ atMs, value: 1 })));
    expect([0, 60_000, 60_001, 120_001, 400_000].map(spanning)).toEqual([60_000, 60_000, 120_000, 300_000, 300_000]);
    expect(windowOf([])).toBe(60_000);
  });
});

describe('a scale', () => {
  it('ends at a number that people read easily', () => {
    expect([0, 0.03, 0.3, 1, 1.2, 4, 7, 10, 11, 2_300].map(roundScale)).toEqual([
      1, 0.05, 0.5, 1, 2, 5, 10, 10, 20, 5_000,
    ]);
  });
});
