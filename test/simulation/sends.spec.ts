import { describe, expect, it } from 'vitest';
import { SEND_BUGS } from './send-bugs.js';
import { playSends, type SendsResult } from './sends.js';
import { SEND_STEPS } from './send-steps.js';

const SENDS = 20_000;
/** Each world has few, so that a failure tells a short story. */
const SENDS_OF_A_WORLD = 200;
const WORLDS_FOR_A_BUG_MAX = 50;
/** Each step is died at far more often than chance could pass over a fault at it. */
const CRASHES_OF_A_STEP_MIN = 10;
const WITHIN_MS = 300_000;

describe('20,000 sends, with a crash at every step of the protocol', () => {
  it(
    'lose nothing and double nothing, and none is uncertain but where a profile was rolled back',
    async () => {
      const results: SendsResult[] = [];
      const sum = (of: (result: SendsResult) => number): number => results.reduce((all, one) => all + of(one), 0);
      for (let seed = 1; sum((one) => one.sent) < SENDS; seed += 1) {
        const result = await playSends(seed, SENDS_OF_A_WORLD);
        const { lost, doubled, uncertainForNothing, violations, story } = result;
        const wrong = { lost, doubled, uncertainForNothing, violations };
        const nothing = { lost: [], doubled: [], uncertainForNothing: [], violations: [] };
        expect(wrong, `${story.slice(-20_000)}\n\nseed ${seed}`).toEqual(nothing);
        results.push({ ...result, story: '' });
      }
      const crashes = SEND_STEPS.map((step) => [step, sum((one) => one.crashes.get(step) ?? 0)] as const);
      const told = crashes.map(([step, count]) => `${step} ${count}`).join(', ');
      console.log(`${sum((one) => one.sent)} sends, ${sum((one) => one.uncertain)} uncertain; crashes: ${told}`);
      expect(crashes.filter(([, count]) => count < CRASHES_OF_A_STEP_MIN)).toEqual([]);
      expect(
        sum((one) => one.uncertain),
        'no profile was rolled back in time',
      ).toBeGreaterThan(0);
    },
    WITHIN_MS,
  );

  it.each(SEND_BUGS)(
    'turn red with the bug: $name',
    async (bug) => {
      for (let seed = 1; seed <= WORLDS_FOR_A_BUG_MAX; seed += 1) {
        const { doubled } = await playSends(seed, SENDS_OF_A_WORLD, bug);
        if (doubled.length === 0) continue;
        console.log(`${bug.name}: caught at seed ${seed}: ${doubled.length} doubled`);
        return;
      }
      expect.unreachable(`${bug.name} was not noticed`);
    },
    WITHIN_MS,
  );
});
