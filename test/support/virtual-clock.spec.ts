import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from './virtual-clock.js';

describe('virtual clock', () => {
  it('fires timers in order of time, and those of one instant in the order they were set', async () => {
    const clock = createVirtualClock(0);
    const fired: string[] = [];
    clock.setTimeout(() => fired.push('late'), 20);
    clock.setTimeout(() => fired.push('first of two'), 10);
    clock.setTimeout(() => fired.push('second of two'), 10);
    await clock.advance(19);
    expect(fired).toEqual(['first of two', 'second of two']);
    await clock.advance(1);
    expect(fired).toEqual(['first of two', 'second of two', 'late']);
    expect(clock.now()).toBe(20);
  });

  it('lets everything that follows from a timer happen before the next one fires, however long the chain', async () => {
    const clock = createVirtualClock(0);
    const seen: string[] = [];
    clock.setTimeout(() => {
      void (async () => {
        for (let hop = 0; hop < 5_000; hop++) await Promise.resolve();
        seen.push(`chain done at ${clock.now()}`);
        clock.setTimeout(() => seen.push(`set by the chain, at ${clock.now()}`), 3);
      })();
    }, 10);
    clock.setTimeout(() => seen.push(`next timer at ${clock.now()}`), 11);
    await clock.advance(100);
    expect(seen).toEqual(['chain done at 10', 'next timer at 11', 'set by the chain, at 13']);
  });

  it('never fires a cleared timer, and counts what is pending', async () => {
    const clock = createVirtualClock(0);
    let fired = 0;
    const timers = Array.from({ length: 1_000 }, (_, n) => clock.setTimeout(() => fired++, n));
    for (const timer of timers.slice(1)) clock.clearTimeout(timer);
    clock.clearTimeout(timers[1]);
    clock.clearTimeout(undefined);
    expect(clock.pending).toBe(1);
    expect(clock.nextAt()).toBe(0);
    await clock.advance(1_000);
    clock.clearTimeout(timers[0]);
    expect([fired, clock.pending, clock.nextAt()]).toEqual([1, 0, null]);
  });

  it('agrees with a sorted list, for any timers set and cleared', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(50), clear: fc.boolean() }), { maxLength: 200 }),
        async (plan) => {
          const clock = createVirtualClock(0);
          const fired: number[] = [];
          const timers = plan.map(({ at }, n) => clock.setTimeout(() => fired.push(n), at));
          plan.forEach(({ clear }, n) => clear && clock.clearTimeout(timers[n]));
          const due = plan.map(({ at, clear }, n) => ({ at, clear, n })).filter(({ clear }) => !clear);
          await clock.advance(50);
          expect(fired).toEqual(due.sort((a, b) => a.at - b.at || a.n - b.n).map(({ n }) => n));
        },
      ),
    );
  });
});
