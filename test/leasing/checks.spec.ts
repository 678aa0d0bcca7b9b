import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { violations } from './invariants.js';
import { type LeaseStage, openLeaseStage } from './lease-stage.js';

const SOON = { timeout: 30_000, interval: 5 };
const HOUR_MS = 3_600_000;
let postgres: TestPostgres;
let stage: LeaseStage;
let id: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  stage = await openLeaseStage(postgres, 2);
  [id] = stage.ids as [string];
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await stage.forget();
  return async () => expect(await violations(stage.pool)).toEqual([]);
});

async function lease(accountId: string, ask: Parameters<LeaseStage['allocate']>[0] = {}): Promise<string> {
  const outcome = await stage.allocate({ ...ask, require: { account_ids: [accountId] } });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  return outcome.value.lease_id;
}
/** A check that has seen nothing in its way, and waits for the slot, in which this is changed meanwhile. */
async function checkedWhile(change: string): ReturnType<LeaseStage['check']> {
  const other = await stage.pool.connect();
  await other.query('BEGIN; SELECT FROM account_slot FOR NO KEY UPDATE');
  const asked = stage.check(id);
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await expect.poll(async () => (await stage.pool.query(waiting)).rowCount, SOON).toBe(1);
  await other.query(`UPDATE account_slot SET ${change}; COMMIT`);
  other.release();
  return asked;
}

describe('a check that waits while', () => {
  it('an error puts the account to rest is denied, and hears for how long', async () => {
    await lease(id);
    const answer = await checkedWhile(`cooling_until = clock_timestamp() + interval '1 hour'`);
    expect(answer).toMatchObject({ value: { allowed: false, denied_by: 'account', reservation_id: null } });
    const wait = answer.ok ? answer.value.retry_after_ms : 0;
    expect(wait).toBeGreaterThan(HOUR_MS - 60_000);
    const { items } = await stage.ledger.list({ account_id: id, what: 'check', limit: 10 });
    expect(items.map(({ decision, why }) => [decision, why])).toEqual([['denied', 'account']]);
  });

  it('the account is disabled is denied for good', async () => {
    await lease(id);
    expect(await checkedWhile('disabled_at = clock_timestamp()')).toMatchObject({
      value: { denied_by: 'account', retry_after_ms: null },
    });
  });

  it('the lease ends is denied, since that is over', async () => {
    await lease(id);
    const ended = checkedWhile(`expires_at = '-infinity'`);
    expect(await ended).toMatchObject({ value: { allowed: false, denied_by: 'lease' } });
  });
});

describe('a check of', () => {
  it('a person who refused is denied, whether they are named as the target or as the chat', async () => {
    const [, other] = stage.ids as [string, string];
    await lease(id);
    await lease(other);
    await stage.tellError(id, { error_type: 'UserPrivacyRestrictedError', context: { target_id: 'bob' } });
    const ask = { action_type: 'message' };
    const denied = { value: { denied_by: 'target_refused', retry_after_ms: null } };
    expect(await stage.check(other, { ...ask, target_channel_id: 'bob' })).toMatchObject(denied);
    expect(await stage.check(other, { ...ask, target_channel_id: 'c1', target_id: 'bob' })).toMatchObject(denied);
    expect(await stage.check(other, { ...ask, target_channel_id: 'eve' })).toMatchObject({ value: { allowed: true } });
  });

  it('a lease is of that lease in whichever letters its id is written', async () => {
    const leaseId = await lease(id);
    expect(await stage.check(id, { lease_id: leaseId.toUpperCase() })).toMatchObject({ value: { allowed: true } });
  });
});
