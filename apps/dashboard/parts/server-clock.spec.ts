import { describe, expect, it } from 'vitest';
import { createServerClock } from './server-clock.js';

const NOON = Date.UTC(2026, 0, 1, 12);

/** A browser whose clock is so far off; each call takes 40 ms there and 40 ms back. */
function browserAt(offMs: number) {
  const world = { atMs: NOON, date: true };
  const clock = createServerClock(
    async () => {
      world.atMs += 40;
      const headers = world.date ? { date: new Date(world.atMs).toUTCString() } : undefined;
      world.atMs += 40;
      return new Response(null, { headers });
    },
    () => world.atMs + offMs,
  );
  const ask = async (afterMs: number): Promise<number> => {
    world.atMs += afterMs;
    await clock.fetch('/api/v1/accounts');
    return clock.aheadMs();
  };
  return { ask, clock, world };
}

describe('the clock of Muster', () => {
  it.each([-120_000, -900, 0, 900, 120_000, 86_400_000])(
    'is known to a second to a browser that is %i ms off',
    async (offMs) => {
      const { ask } = browserAt(offMs);
      for (const afterMs of [0, 130, 777, 1_500]) expect(Math.abs((await ask(afterMs)) + offMs)).toBeLessThan(1_100);
    },
  );

  it('is the browser’s own as long as no answer contradicts it', async () => {
    const { ask, clock } = browserAt(0);
    expect(clock.aheadMs()).toBe(0);
    for (const afterMs of [0, 130, 777, 1_500]) expect(await ask(afterMs)).toBe(0);
  });

  it('does not jump to and fro with each answer', async () => {
    const { ask } = browserAt(120_000);
    const settled = [await ask(0), await ask(999), await ask(500), await ask(200)].at(-1);
    for (const afterMs of [300, 450, 999, 10]) expect(Math.abs((await ask(afterMs)) - settled!)).toBeLessThan(100);
  });

  it('is not read from an answer that tells no time', async () => {
    const { ask, world } = browserAt(120_000);
    world.date = false;
    expect(await ask(0)).toBe(0);
  });
});
