import { expect, it } from 'vitest';
import type { ConditionChange } from '#src/persistence/leasing/condition.repository';
import { AccountProbe } from './account-probe.js';
import type { ConditionStore, LeaseStore } from './lease-stores.js';

it('of an account that does not answer is over before its offer is', async () => {
  const changes: ConditionChange[] = [];
  const condition = { floods: 0, floodAtMs: null, faults: 0, score: 1, isOfNow: true };
  const conditions = {
    change: (_id: string, _origin: object, judge: (now: never) => ConditionChange) => {
      changes.push(judge(condition as never));
      return Promise.resolve(null);
    },
  };
  const hung = { ask: () => new Promise<never>(() => undefined) };
  const probe = new AccountProbe(hung, conditions as unknown as ConditionStore, {} as LeaseStore, 20);
  expect(await probe.passes({ accountId: 'a', leaseId: 'l' })).toBe(false);
  expect(changes).toMatchObject([{ class: 'probe_failed', endsLease: 'probe_failed', details: { why: 'no answer' } }]);
});
