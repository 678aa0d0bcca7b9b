import { afterAll, beforeAll, describe, it } from 'vitest';
import { lifecycle } from './deeds.js';
import { playRaces } from './racing.js';
import { RaceStage } from './stage.js';

/** A minute alone; three with ten programs to two processors. */
const WITHIN_MS = 600_000;

describe('clients who create, command, change and delete an account at once', () => {
  let stage: RaceStage;
  beforeAll(async () => {
    stage = await RaceStage.open();
  });
  afterAll(() => stage.close());

  it('leave it as its history, its store and its provider say', () => playRaces(stage, lifecycle), WITHIN_MS);
});
