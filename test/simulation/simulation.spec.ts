import { describe, expect, it } from 'vitest';
import { recoveryBoundMs } from './account-watch.js';
import type { Bug } from './bug.js';
import { BUGS } from './bugs.js';
import { simulate, type SimulationResult } from './schedule.js';

const SCHEDULES = 500;
/** A bug that none of so many schedules shows is not watched for. */
const SCHEDULES_FOR_A_BUG_MAX = 500;
/** 500 schedules take 3 s on a quiet machine. */
const WITHIN_MS = 60_000;
const again = (seed: number): string => `npm run simulate -- --seeds 1 --seed ${seed}`;

async function firstRed(bug: Bug): Promise<SimulationResult | null> {
  for (let seed = 1; seed <= SCHEDULES_FOR_A_BUG_MAX; seed += 1) {
    const result = await simulate(seed, bug);
    if (result.violations.length > 0) return result;
  }
  return null;
}

describe('the simulation', () => {
  it(
    `finds nothing wrong in ${SCHEDULES} schedules`,
    async () => {
      for (let seed = 1; seed <= SCHEDULES; seed += 1) {
        const { violations, story } = await simulate(seed);
        expect(violations, `${story}\n\nagain, alone: ${again(seed)}`).toEqual([]);
      }
      console.log(
        `from a crash to CONNECTED or FAILED: at most ${recoveryBoundMs(1)} ms alone, ${recoveryBoundMs(2) - recoveryBoundMs(1)} ms more for each other account`,
      );
    },
    WITHIN_MS,
  );

  it('tells the same story for the same seed, byte for byte', async () => {
    for (const seed of [1, 20, 382, 651]) {
      const first = await simulate(seed);
      const second = await simulate(seed);
      expect(second.story).toBe(first.story);
      expect(first.story.split('\n').length).toBeGreaterThan(20);
    }
  });

  it('keeps schedules apart that are played at once', async () => {
    const alone = [await simulate(7), await simulate(8)];
    const together = await Promise.all([simulate(7), simulate(8)]);
    expect(together).toEqual(alone);
  });
});

describe('a bug that is put back', () => {
  it.each(BUGS)(
    'turns it red: $name',
    async (bug) => {
      const red = await firstRed(bug);
      expect(red, `${bug.name} was not noticed`).not.toBeNull();
      console.log(`${bug.name}: caught at seed ${red!.seed}: ${red!.violations.join(' · ')}`);
      expect(red!.violations[0]).toMatch(bug.caughtBy);
      expect((await simulate(red!.seed)).violations).toEqual([]);
    },
    WITHIN_MS,
  );
});
