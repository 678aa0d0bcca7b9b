import { expect, it } from 'vitest';
import { ALL_FAULTS, PLAIN_FAULTS } from './fault-names.js';
import { type PlannedFault, planFaults } from './fault-plan.js';
import type { SoakProvider } from './options.js';

/** Ten hours of faults. */
function plan(seed: number, provider: SoakProvider = 'whatsapp'): readonly PlannedFault[] {
  const faults = planFaults(seed, provider, 4);
  return Array.from({ length: 600 }, () => faults.next().value);
}
const namesIn = (faults: readonly PlannedFault[]) => [...new Set(faults.map(({ name }) => name))].sort();

it('a seed always gives the same faults, another seed others', () => {
  expect(plan(1)).toEqual(plan(1));
  expect(plan(1)).not.toEqual(plan(2));
});

it('every fault comes, and without browsers those that need none', () => {
  expect(namesIn(plan(1))).toEqual(Object.keys(ALL_FAULTS).sort());
  expect(namesIn(plan(1, 'simulated'))).toEqual(Object.keys(PLAIN_FAULTS).sort());
});

it('accounts take their turns: none is struck again before all others were', () => {
  const people = plan(3).map(({ person }) => person);
  for (let n = 0; n < people.length; n += 4) expect(people.slice(n, n + 4).sort()).toEqual([0, 1, 2, 3]);
});
