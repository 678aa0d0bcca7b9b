import { afterAll, beforeAll, describe, it } from 'vitest';
import { sending } from './deeds.js';
import { playRaces } from './racing.js';
import { RaceStage } from './stage.js';

/** A minute alone; three with ten programs to two processors. */
const WITHIN_MS = 600_000;

describe('clients who send, pause, resume and end an account at once', () => {
  let stage: RaceStage;
  beforeAll(async () => {
    stage = await RaceStage.open();
  });
  afterAll(() => stage.close());

  it('have each message sent once at most, and told of once', () => playRaces(stage, sending), WITHIN_MS);
});
