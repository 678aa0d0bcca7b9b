import { expect, it } from 'vitest';
import { inParts } from './upkeep.js';

const PART = 10;
/** Rows that are to go; each call removes a part of them. */
function rows(count: number) {
  let left = count;
  return async (): Promise<number> => {
    const removed = Math.min(PART, left);
    left -= removed;
    return removed;
  };
}
const never = new AbortController().signal;

it('what is to go goes to the end in one round, however much has come together', async () => {
  expect(await inParts(never, rows(0))).toBe(0);
  expect(await inParts(never, rows(7))).toBe(7);
  expect(await inParts(never, rows(95))).toBe(95);
});

it('a round has its end, also when more comes than goes', async () => {
  let calls = 0;
  expect(await inParts(never, async () => (calls += 1) && PART)).toBe(calls * PART);
});

it('a round is broken off by the stop of the runtime', async () => {
  const over = new AbortController();
  const remove = rows(95);
  const removed = inParts(over.signal, async () => {
    over.abort();
    return remove();
  });
  expect(await removed).toBe(PART);
});
