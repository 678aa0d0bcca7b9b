import { asyncProperty, check, scheduler } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUGS } from './bugs.js';
import { deaths } from './deeds.js';
import { RaceStage, type RaceResult } from './stage.js';

/** A bug that none of so many races shows is not watched for. */
const RACES_MAX = 1_000;
const RACES_TOLD_TWICE = 30;
const SEED = 1;
const WITHIN_MS = 300_000;

let stage: RaceStage;
beforeAll(async () => {
  stage = await RaceStage.open();
});
afterAll(() => stage.close());

it('a race is the same one again, turn by turn', async () => {
  const tell = async (): Promise<readonly string[]> => {
    const stories: string[] = [];
    const told = asyncProperty(deaths, scheduler(), async (plan, turns) => {
      stories.push((await stage.play(plan, turns)).story);
    });
    await check(told, { seed: SEED, numRuns: RACES_TOLD_TWICE });
    return stories;
  };
  expect(await tell()).toEqual(await tell());
});

describe('a bug that is put back', () => {
  it.each(BUGS)(
    'loses its race: $name',
    async (bug) => {
      const { plans, noticed, name } = bug;
      let lost: RaceResult | null = null;
      const harmless = asyncProperty(plans, scheduler(), async (plan, turns) => {
        const result = await stage.play(plan, turns, bug);
        if (result.faults.length > 0) lost = result;
        return result.faults.length === 0;
      });
      const { failed, numRuns, counterexamplePath } = await check(harmless, {
        seed: SEED,
        numRuns: RACES_MAX,
        endOnFailure: true,
      });
      expect(failed, `${name} was not noticed`).toBe(true);
      console.log(`${name}: caught in race ${numRuns}: ${lost!.faults[0]}`);
      expect(lost!.faults.join('\n')).toMatch(noticed);

      const healthy = asyncProperty(plans, scheduler(), async (plan, turns) => {
        expect((await stage.play(plan, turns)).faults, 'it is not the bug that turns this one red').toEqual([]);
      });
      const alone = { seed: SEED, path: counterexamplePath!, numRuns: 1, endOnFailure: true };
      expect((await check(harmless, alone)).failed, 'it is another race when it is played alone').toBe(true);
      expect((await check(healthy, alone)).errorInstance).toBeNull();
    },
    WITHIN_MS,
  );
});
