import { expect, it } from 'vitest';
import { playSequences, storyOfFailure } from './sequences.js';

const COUNT = 20;

it(`${COUNT} random sequences of commands and kills never have two browsers for an account, and leave nothing`, async () => {
  const results = await playSequences(1, COUNT);
  const failed = results.find(({ violations }) => violations.length > 0);
  expect(failed, failed && storyOfFailure(failed)).toBeUndefined();
  expect(results).toHaveLength(COUNT);
  expect(results.reduce((sum, { browsers }) => sum + browsers, 0)).toBeGreaterThan(COUNT);
}, 180_000);
