import { expect, it } from 'vitest';
import { runSequences } from './run.js';

const COUNT = 20;
/** On a machine that is busy with other things as many as begin in this time; `npm run sequences` plays any number. */
const BEGIN_MS_MAX = 75_000;
const PLAYED_MIN = 5;

it(`${COUNT} random sequences of commands and faults: one browser an account at most, none and no lock at the end`, async () => {
  const run = await runSequences({ seed: 1, count: COUNT, beginMsMax: BEGIN_MS_MAX });
  for (const { story } of run.failed) expect.unreachable(story.text());
  expect(run.violations).toEqual([]);
  expect(run.sequences.length).toBeGreaterThanOrEqual(PLAYED_MIN);
  expect(run.browsers).toBeGreaterThan(run.sequences.length);
}, 180_000);
