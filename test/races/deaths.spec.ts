import { afterAll, beforeAll, describe, it } from 'vitest';
import { deaths } from './deeds.js';
import { playRaces } from './racing.js';
import { RaceStage } from './stage.js';

/** A minute alone; three with ten programs to two processors. */
const WITHIN_MS = 600_000;

describe('runtimes that die while clients do what they like', () => {
  let stage: RaceStage;
  beforeAll(async () => {
    stage = await RaceStage.open();
  });
  afterAll(() => stage.close());

  it('keep what they have promised', () => playRaces(stage, deaths), WITHIN_MS);
});
