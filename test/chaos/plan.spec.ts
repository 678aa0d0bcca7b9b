import { expect, it } from 'vitest';
import { LONG_BAG, planRounds, type Round, type StrikeKind, TROUBLES } from './plan.js';

function rounds(seed: number, count: number): readonly Round[] {
  const plan = planRounds(seed);
  return Array.from({ length: count }, () => plan.next().value);
}

it('a seed always gives the same rounds, and another seed others', () => {
  expect(rounds(1, 200)).toEqual(rounds(1, 200));
  expect(rounds(2, 200)).not.toEqual(rounds(1, 200));
});

it('two hundred kills have each kind as often as the bag says, fresh pairings, and every other fault', () => {
  const planned = rounds(1, 150);
  const kinds = planned.flatMap(({ strikes }) => strikes.map(({ kind }) => kind));
  expect(kinds.length).toBeGreaterThan(190);
  const all = Object.values(LONG_BAG).reduce((sum, count) => sum + count, 0);
  for (const [kind, count] of Object.entries(LONG_BAG) as [StrikeKind, number][])
    expect(kinds.filter((each) => each === kind).length).toBeGreaterThanOrEqual(Math.floor(kinds.length / all) * count);
  expect(new Set(planned.map(({ pairing }) => pairing))).toEqual(new Set([null, 'scanned', 'connected']));
  const troubles = new Set(rounds(1, 500).map(({ trouble }) => trouble?.name));
  expect([...troubles]).toEqual(expect.arrayContaining(Object.keys(TROUBLES)));
});
