import { expect, it } from 'vitest';
import { planSequence } from './plan.js';

const SEEDS = Array.from({ length: 200 }, (_, i) => i + 1);

it('a seed always gives the same schedule, and another seed another', () => {
  for (const seed of SEEDS) expect(planSequence(seed)).toEqual(planSequence(seed));
  expect(new Set(SEEDS.map((seed) => JSON.stringify(planSequence(seed)))).size).toBe(SEEDS.length);
});

it('two hundred schedules have every deed, at once, in the middle of a launch and of a connection', () => {
  const steps = SEEDS.flatMap(planSequence).flatMap((account) => account.steps);
  const kinds = new Set(
    steps.map(({ deed, moment, gapMs }) => `${deed} ${gapMs === 0 && moment === 'now' ? 'at once' : moment}`),
  );
  for (const deed of new Set(steps.map((step) => step.deed)))
    expect([...kinds]).toEqual(expect.arrayContaining([`${deed} at once`, `${deed} launch`, `${deed} online`]));
  expect(new Set(SEEDS.flatMap(planSequence).map(({ last }) => last)).size).toBe(3);
});
