import { beforeEach, describe, expect, it } from 'vitest';
import { createMeasured, createTally } from './tally.js';

let ms: number;
beforeEach(() => (ms = 5_000_250));
const now = () => ms;

describe('a tally', () => {
  it('counts in all, in the last minute and in the last hour', () => {
    const tally = createTally(now);
    expect(tally.read()).toEqual({ total: 0, lastMinute: 0, lastHour: 0 });
    tally.add(3);
    ms += 30_000;
    tally.add();
    expect(tally.read()).toEqual({ total: 4, lastMinute: 4, lastHour: 4 });
    ms += 30_000;
    expect(tally.read()).toEqual({ total: 4, lastMinute: 1, lastHour: 4 });
    ms += 58 * 60_000;
    expect(tally.read()).toEqual({ total: 4, lastMinute: 0, lastHour: 4 });
    ms += 2 * 60_000;
    expect(tally.read()).toEqual({ total: 4, lastMinute: 0, lastHour: 0 });
  });

  it('counts anew where a place of its ring comes round again', () => {
    const tally = createTally(now);
    tally.add(100);
    ms += 60_000;
    tally.add(1);
    expect(tally.read()).toEqual({ total: 101, lastMinute: 1, lastHour: 101 });
  });
});

describe('what is measured', () => {
  it('is told by mean and greatest of the last minute, and as nothing when there was none', () => {
    const measured = createMeasured(now);
    expect(measured.read()).toBeNull();
    for (const value of [10, 20, 60]) measured.add(value);
    expect(measured.read()).toEqual({ mean: 30, max: 60 });
    ms += 59_000;
    measured.add(2);
    expect(measured.read()).toEqual({ mean: 23, max: 60 });
    ms += 10_000;
    expect(measured.read()).toEqual({ mean: 2, max: 2 });
  });
});
