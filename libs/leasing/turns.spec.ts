import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WAITER_AGES_EVERY_MS } from '#libs/contracts/limits/leasing';
import { inTurn, type Waiter } from './turns.js';

const waiter = fc.record({
  id: fc.uuid(),
  userId: fc.constantFrom('a', 'b', 'c'),
  priority: fc.nat(9),
  sinceMs: fc.nat(100_000),
});
const waiters = fc.uniqueArray(waiter, { selector: ({ id }) => id, maxLength: 30 });

describe('turns', () => {
  it('of one tenant and priority are in the order in which they came', () => {
    fc.assert(
      fc.property(waiters, fc.dictionary(fc.constantFrom('a', 'b'), fc.nat()), (all, served) => {
        const order = inTurn(all, new Map(Object.entries(served)), 100_000);
        expect(new Set(order)).toEqual(new Set(all));
        for (const [at, one] of order.entries())
          for (const later of order.slice(at + 1))
            if (later.userId === one.userId && later.priority === one.priority)
              expect(later.sinceMs).toBeGreaterThanOrEqual(one.sinceMs);
      }),
    );
  });

  it('go to the more important, then to the tenant who was served longest ago', () => {
    const all: Waiter[] = [
      { id: '1', userId: 'a', priority: 0, sinceMs: 1 },
      { id: '2', userId: 'b', priority: 0, sinceMs: 2 },
      { id: '3', userId: 'a', priority: 5, sinceMs: 3 },
    ];
    const ids = (served: [string, number][]) => inTurn(all, new Map(served), 4).map(({ id }) => id);
    expect(ids([])).toEqual(['3', '1', '2']);
    expect(ids([['a', 9]])).toEqual(['3', '2', '1']);
  });

  it('come to everybody, however many more important ones keep coming', () => {
    const patient: Waiter = { id: 'patient', userId: 'a', priority: 0, sinceMs: 0 };
    const served = new Map<string, number>();
    let nowMs = 0;
    for (let round = 1; ; round += 1) {
      nowMs += 1_000;
      const rivals = ['b', 'c'].map((userId) => ({ id: `${userId}${round}`, userId, priority: 9, sinceMs: nowMs }));
      const [first] = inTurn([patient, ...rivals], served, nowMs);
      if (first === patient) break;
      served.set(first!.userId, nowMs);
      expect(nowMs).toBeLessThan(12 * WAITER_AGES_EVERY_MS);
    }
  });
});
