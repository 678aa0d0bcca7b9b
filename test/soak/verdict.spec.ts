import { describe, expect, it } from 'vitest';
import { SeededDice } from '#test/simulation/seeded-dice';
import type { Reading } from './floors.js';
import { slopeOf } from './theil-sen.js';
import { type Bar, judge, warmUpOf } from './verdict.js';

const MINUTE_MS = 60_000;
const EVERY_MS = 5_000;
const bar: Bar = { perHour: 5, growthMin: 16, why: 'a test' };

/** A run with a reading each five seconds; `value` gets minutes, and may throw the dice. */
function run(minutes: number, value: (minute: number, dice: SeededDice) => number, seed = 1): readonly Reading[] {
  const dice = new SeededDice(seed);
  return Array.from({ length: (minutes * MINUTE_MS) / EVERY_MS }, (_, n) => {
    const atMs = n * EVERY_MS;
    return { atMs, value: value(atMs / MINUTE_MS, dice), calm: true };
  });
}
const judged = (readings: readonly Reading[]) => judge(readings, warmUpOf(readings.at(-1)!.atMs), bar);
/** Garbage: rises for so many minutes, is collected, rises again. */
const sawtooth = (minute: number, period: number, height: number): number => ((minute % period) / period) * height;
const SEEDS = Array.from({ length: 50 }, (_, n) => n + 1);

describe('a leak', () => {
  it('of 60 MB an hour is found in an hour, under garbage of twice its size', () => {
    for (const seed of SEEDS) {
      const readings = run(60, (at, dice) => 150 + at + sawtooth(at, 1.7, 30) + dice.next() * 10, seed);
      expect(judged(readings)).toMatchObject({ standing: 'above' });
      expect(judged(readings).slope!.perHour).toBeGreaterThan(50);
    }
  });

  it('of one descriptor a fault is found in 15 minutes', () => {
    const descriptors: Bar = { perHour: 6, growthMin: 3, why: 'a test' };
    const readings = run(15, (at, dice) => 60 + Math.floor(at) + Math.floor(dice.next() * 4));
    expect(judge(readings, warmUpOf(15 * MINUTE_MS), descriptors)).toMatchObject({ standing: 'above' });
  });

  it('is found though a tenth of the readings are far above', () => {
    for (const seed of SEEDS) {
      const readings = run(60, (at, dice) => 150 + at * 2 + (dice.chance(0.1) ? dice.next() * 1_000 : 0), seed);
      expect(judged(readings)).toMatchObject({ standing: 'above' });
    }
  });

  it('that is told by no calm reading is left open', () => {
    const restless = run(60, (at) => 150 + at).map((reading) => ({ ...reading, calm: false }));
    expect(judged(restless)).toMatchObject({ standing: 'open', slope: null });
  });
});

describe('what is no leak', () => {
  it('garbage that is collected, whatever its rhythm', () => {
    for (const period of [0.3, 1, 2.9, 7, 13])
      for (const seed of SEEDS) {
        const readings = run(60, (at, dice) => 150 + sawtooth(at + seed, period, 15) + dice.next() * 5, seed);
        expect(`${period} ${seed} ${judged(readings).standing}`).not.toContain('above');
      }
  });

  it('garbage of 12 MB that is not collected once in a short run', () => {
    expect(judged(run(12, (at) => 150 + at))).toMatchObject({ standing: 'open' });
  });

  it('a warm-up, which ends', () => {
    expect(judged(run(60, (at, dice) => 200 - 80 * Math.exp(-at / 5) + dice.next()))).toMatchObject({
      standing: 'below',
    });
  });

  it('what falls while something is broken, and comes back', () => {
    const readings = run(60, (at) => (at % 1 < 0.3 ? 50 : 200)).map((reading) => ({
      ...reading,
      calm: reading.value === 200,
    }));
    expect(judged(readings)).toMatchObject({ standing: 'below', slope: { perHour: 0, low: 0, high: 0 } });
  });
});

it('the slope of a straight line is known exactly', () => {
  const line = Array.from({ length: 20 }, (_, n) => ({ atMs: n * MINUTE_MS, value: 3 + n }));
  const slope = slopeOf(line)!;
  for (const value of [slope.perHour, slope.low, slope.high]) expect(value).toBeCloseTo(60);
});

it('the true slope lies between the two that are told, in 98 of 100 runs at least', () => {
  const runs = 300;
  const inside = Array.from({ length: runs }, (_, seed) => {
    const dice = new SeededDice(seed);
    const points = Array.from({ length: 30 }, (_, n) => ({ atMs: n * MINUTE_MS, value: n * 0.5 + dice.next() * 10 }));
    const { low, high } = slopeOf(points)!;
    return low <= 30 && 30 <= high;
  });
  expect(inside.filter(Boolean).length / runs).toBeGreaterThan(0.98);
});
