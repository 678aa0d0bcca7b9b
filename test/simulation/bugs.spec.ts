import { describe, expect, it } from 'vitest';
import type { Bug } from './bug.js';
import { BUGS } from './bugs.js';
import { simulate, type SimulationResult } from './schedule.js';

/** A bug that none of so many schedules shows is not watched for. The latest is noticed at its 355th. */
const SCHEDULES_MAX = 10_000;
const WITHIN_MS = 300_000;
const RELIABILITY = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10', 'I11', 'I12'];

async function firstRed(bug: Bug): Promise<SimulationResult | null> {
  for (let seed = 1; seed <= SCHEDULES_MAX; seed += 1) {
    const result = await simulate(seed, bug);
    if (result.violations.length > 0) return result;
  }
  return null;
}

describe('a bug that is put back', () => {
  it.each(BUGS)(
    'turns it red: $name',
    async (bug) => {
      const red = await firstRed(bug);
      expect(red, `${bug.name} was not noticed`).not.toBeNull();
      console.log(`${bug.name}: caught at seed ${red!.seed}: ${red!.violations[0]}`);
      expect(red!.violations[0]).toMatch(new RegExp(`^${bug.breaks}: `));
      expect((await simulate(red!.seed)).violations, 'it is not the bug that turns this one red').toEqual([]);
    },
    WITHIN_MS,
  );

  it('there is one for each invariant', () => {
    const broken = new Set<string>(BUGS.map(({ breaks }) => breaks));
    expect(RELIABILITY.filter((invariant) => !broken.has(invariant))).toEqual([]);
  });
});
