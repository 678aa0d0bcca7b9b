import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { granted, openLeaseStage, type LeaseStage } from './lease-stage.js';
import { violations } from './invariants.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
let postgres: TestPostgres;
let stage: LeaseStage;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  stage = await openLeaseStage(postgres, 2);
  return async () => {
    expect(await violations(stage.pool)).toEqual([]);
  };
});

const lease = (ask = {}) => granted(stage.allocate(ask));

describe('a lease', () => {
  it('is of one account, for a while, under a fence that only grows', async () => {
    const [one, other] = [await lease(), await lease({ service_name: 'parser' })];
    expect(new Set([one.account_id, other.account_id])).toEqual(new Set(stage.ids));
    expect(one).toMatchObject({ fence: 1, limits: { daily_invite_limit: 30, max_per_channel_total: 200 } });
    expect(Date.parse(one.expires_at) - Date.parse(one.allocated_at)).toBeCloseTo(30 * MINUTE_MS, -2);
    expect(await stage.release(one.account_id)).toMatchObject({ ok: true, value: { released: true } });
    expect(await lease()).toMatchObject({ account_id: one.account_id, fence: 2 });
  });

  it('is shown with its holder while it lives, and no longer', async () => {
    const [one, other] = [await lease({ target_channel_id: 'c1' }), await lease({ service_name: 'parser' })];
    const [first] = await stage.leases.listLive(null, 1);
    const rest = await stage.leases.listLive(first!.accountId, 5);
    expect([first, ...rest].map((held) => held!.leaseId).sort()).toEqual([one.lease_id, other.lease_id].sort());
    const held = [first!, ...rest].find(({ leaseId }) => leaseId === one.lease_id);
    expect(held).toMatchObject({ serviceName: 'inviter', userId: 'shop', purpose: 'invite', channel: 'c1', fence: 1 });
    await stage.release(one.account_id);
    await stage.letPass(HOUR_MS);
    expect(await stage.leases.listLive(null, 5)).toEqual([]);
  });

  it('that nobody can have is refused with the reason for each account, and when the first is free', async () => {
    const [one, other] = [await lease({ timeout_minutes: 10 }), await lease({ timeout_minutes: 5 })];
    expect(await stage.allocate()).toMatchObject({
      ok: false,
      why: 'no_account_free',
      more: {
        next_available_at: other.expires_at,
        accounts: [other, one].map(({ account_id: id, expires_at: until }) => ({
          ...{ account_id: id, reason: 'leased', until },
        })),
      },
    });
  });

  it('that nobody can have says so of the accounts that matter, however many others there are', async () => {
    const [one, other] = stage.ids as [string, string];
    const named = { without: [], providers: null, accountIds: null };
    const first = async (wanted = {}) => (await stage.leases.look(1, { ...named, ...wanted }))[0]!.accountId;
    await lease({ require: { account_ids: [one] }, timeout_minutes: 10 });
    await lease({ require: { account_ids: [other] }, timeout_minutes: 5 });
    expect(await first()).toBe(other);
    expect(await first({ accountIds: [one] })).toBe(one);
    expect(await first({ without: [other] })).toBe(one);
    await stage.pool.query(`UPDATE account_snapshot SET status = 'DISCONNECTED' WHERE account_id = $1`, [other]);
    expect(await first()).toBe(one);
    expect(await first({ accountIds: [other] })).toBe(other);
    await stage.pool.query(`UPDATE account_snapshot SET status = 'CONNECTED' WHERE account_id = $1`, [other]);
    await stage.release(one);
    expect(await first()).toBe(one);
  });

  it('that is over needs nobody to end it', async () => {
    const { account_id: id, lease_id: first } = await lease({
      require: { account_ids: [stage.ids[0]!] },
      timeout_minutes: 5,
    });
    await stage.letPass(5 * MINUTE_MS);
    expect(await stage.extend(id)).toMatchObject({ ok: false, why: 'lease_over' });
    const next = await lease({ require: { account_ids: [id] }, service_name: 'parser' });
    expect(next).toMatchObject({ account_id: id, fence: 2 });
    expect(await stage.release(id, { lease_id: first })).toMatchObject({
      value: { released: false, end_cause: 'expired' },
    });
    expect(await stage.release(id)).toMatchObject({ value: { released: false, lease_id: first } });
    expect(await stage.extend(id, { service_name: 'parser' })).toMatchObject({ ok: true });
  });

  it('is ended by its own service alone, once or ten times', async () => {
    const { account_id: id, lease_id: leaseId } = await lease();
    expect(await stage.release(id, { service_name: 'parser' })).toMatchObject({ why: 'lease_not_yours' });
    expect(await stage.release(id, { lease_id: uuidV7() })).toMatchObject({ why: 'lease_not_yours' });
    const all = await Promise.all(
      Array.from({ length: 10 }, () => stage.release(id, { usage_stats: { invites_sent: 3 } })),
    );
    const told = all.map((one) => (one.ok ? one.value : null));
    expect(told.filter((one) => one?.released)).toHaveLength(1);
    expect(new Set(told.map((one) => one?.lease_id))).toEqual(new Set([leaseId]));
  });

  it('is extended by its own service alone, and never shortened', async () => {
    const { account_id: id, expires_at: end } = await lease();
    expect(await stage.extend(id, { service_name: 'parser' })).toMatchObject({ why: 'lease_not_yours' });
    expect((await granted(stage.extend(id, { timeout_minutes: 1 }))).expires_at).toBe(end);
    expect((await granted(stage.extend(id, { timeout_minutes: 60 }))).expires_at > end).toBe(true);
  });

  it('of another is not touched, and who tried it is in the ledger', async () => {
    const { account_id: id } = await lease();
    await stage.extend(id, { service_name: 'thief' });
    await stage.release(id, { service_name: 'thief' });
    const { items } = await stage.ledger.list({ account_id: id, service_name: 'thief', limit: 9 });
    expect(items.map(({ decision, why, details }) => [decision, why, details?.['operation']])).toEqual([
      ['turned_away', 'lease_not_yours', 'extend'],
      ['turned_away', 'lease_not_yours', 'release'],
    ]);
  });

  it('asked for twice under one request is one', async () => {
    const request = { request_id: uuidV7() };
    const [one, other] = await Promise.all([lease(request), lease(request)]);
    expect(other).toEqual(one);
    expect(await lease(request)).toEqual(one);
    await stage.release(one.account_id);
    expect(await stage.allocate(request)).toMatchObject({ why: 'lease_over' });
  });

  it('whose caller leaves before the answer is given back, unless it can be asked for again by its request', async () => {
    const [early, late, known] = [new AbortController(), new AbortController(), new AbortController()];
    const unheard = stage.allocate({}, early.signal);
    early.abort();
    expect(await unheard).toMatchObject({ why: 'waiter_left' });
    expect(await stage.allocate({}, late.signal)).toMatchObject({ ok: true });
    const request = { request_id: uuidV7() };
    const heard = await stage.allocate(request, known.signal);
    late.abort();
    known.abort();
    const living = async () => (await stage.leases.listLive(null, 10)).map(({ leaseId }) => leaseId);
    await expect.poll(living, { timeout: 30_000, interval: 5 }).toEqual([request.request_id]);
    expect(await stage.allocate(request)).toEqual(heard);
  });

  it('asked for under the request of somebody else is not theirs', async () => {
    const request = { request_id: uuidV7() };
    await lease(request);
    expect(await stage.allocate({ ...request, user_id: 'other' })).toMatchObject({ why: 'lease_over' });
    expect(await stage.allocate({ ...request, service_name: 'parser' })).toMatchObject({ why: 'lease_over' });
  });

  it('of an account that was deleted is not extended, but may be given back', async () => {
    const { account_id: id } = await lease();
    await stage.pool.query('UPDATE account SET deleted_at = now() WHERE id = $1', [id]);
    expect(await stage.extend(id, { timeout_minutes: 60 })).toMatchObject({ why: 'lease_over' });
    expect(await granted(stage.release(id))).toMatchObject({ released: true });
    await stage.pool.query('UPDATE account SET deleted_at = NULL WHERE id = $1', [id]);
  });

  it('comes back to who had the account for the channel before, else to who did well and waited longest', async () => {
    const first = await lease({ target_channel_id: 'c1' });
    const second = await lease({ target_channel_id: 'c2' });
    for (const { account_id: id } of [first, second]) await stage.release(id);
    expect((await lease({ target_channel_id: 'c2' })).account_id).toBe(second.account_id);
    await stage.release(second.account_id);
    expect((await lease({ user_id: 'other', target_channel_id: 'c2' })).account_id).toBe(first.account_id);
    await stage.release(first.account_id);
    await stage.tellError(second.account_id, { error_type: 'unknown' });
    await stage.letPass(16 * MINUTE_MS);
    expect((await lease({})).account_id).toBe(first.account_id);
  });
});

describe('how a lease went', () => {
  /** By those who had been leased first, it would be the first of them. */
  const next = async (): Promise<string> => (await lease()).account_id;

  it.each([
    ['is said by its holder', (id: string) => stage.release(id, { usage_stats: { success: false } })],
    [
      'is what was recorded under it, if its holder says nothing',
      async (id: string) => {
        for (const success of [true, false, false]) {
          await stage.check(id);
          await stage.record(id, { success });
        }
        return stage.release(id);
      },
    ],
  ])('%s, and counts when the next one is given', async (_says, end) => {
    const [bad, good] = [await lease(), await lease()];
    await end(bad.account_id);
    await stage.release(good.account_id, { usage_stats: { success: true } });
    expect(await next()).toBe(good.account_id);
  });

  it('changes nothing when nobody knows', async () => {
    const [first, other] = [await lease(), await lease()];
    for (const { account_id: id } of [first, other]) await stage.release(id);
    expect(await next()).toBe(first.account_id);
  });

  it('counts in leases that are given back together', async () => {
    const both = [await lease(), await lease()];
    const usage = [{ success: false }, { success: true }];
    await Promise.all(both.map(({ account_id: id }, n) => stage.release(id, { usage_stats: usage[n] })));
    expect(await next()).toBe(both[1]!.account_id);
  });

  it('ends a row of faults, if it went well', async () => {
    const { account_id: id } = await lease();
    const fault = async () => (await granted(stage.tellError(id, { error_type: 'TimeoutError' }))).retry_after_ms;
    const first = await fault();
    expect(await fault()).toBe(2 * first!);
    await stage.check(id);
    await stage.record(id, { success: true });
    await stage.release(id);
    expect(await fault()).toBe(first);
  });
});

describe('who holds a lease', () => {
  const told = async (): Promise<readonly string[]> => {
    const { rows } = await stage.pool.query<{
      name: string;
      data: { cause?: string; status?: string; serviceName: string };
    }>(`SELECT name, data FROM event WHERE name LIKE 'lease.%' ORDER BY id`);
    return rows.map(({ name, data }) => `${name} ${data.serviceName} ${data.cause ?? data.status}`);
  };

  it('is told once that it is over, however it ended, and by whoever meets it first', async () => {
    const [id] = stage.ids as [string];
    const ask = { require: { account_ids: [id] }, timeout_minutes: 5 };
    await lease(ask);
    await stage.release(id);
    await lease(ask);
    await stage.letPass(5 * MINUTE_MS);
    expect(await stage.leases.closeExpired(10)).toBe(1);
    expect(await stage.leases.closeExpired(10)).toBe(0);
    expect(await stage.release(id)).toMatchObject({ value: { released: false, end_cause: 'expired' } });
    await lease(ask);
    await stage.letPass(5 * MINUTE_MS);
    await lease({ ...ask, service_name: 'parser' });
    await stage.tellError(id, { error_type: 'banned' });
    expect(await told()).toEqual([
      'lease.ended inviter released',
      'lease.ended inviter expired',
      'lease.ended inviter expired',
      'lease.ended parser banned',
    ]);
  });

  it('is told when the connection is lost and when it is back, and nobody of an account without a lease', async () => {
    const become = (status: string) => stage.pool.query('UPDATE account_snapshot SET status = $1', [status]);
    const { account_id: id } = await lease();
    await become('CONNECTING');
    await become('AUTHENTICATING');
    await become('CONNECTED');
    await stage.release(id);
    await become('FAILED');
    expect(await told()).toEqual([
      'lease.connection inviter CONNECTING',
      'lease.connection inviter CONNECTED',
      'lease.ended inviter released',
    ]);
  });
});

describe('the ledger', () => {
  it('has who did what and why, by page, and forgets after its days what is old, and no more', async () => {
    const { account_id: id, lease_id: leaseId } = await lease();
    await stage.check(id);
    await stage.release(id);
    const query = { account_id: id, limit: 2 };
    const first = await stage.ledger.list(query);
    const rest = await stage.ledger.list({ ...query, after: first.nextCursor! });
    expect([...first.items, ...rest.items].map(({ what, decision }) => `${what} ${decision}`)).toEqual([
      'lease granted',
      'check allowed',
      'lease released',
    ]);
    expect(first.items[0]).toMatchObject({ lease_id: leaseId, fence: 1, user_id: 'shop', service_name: 'inviter' });
    expect(rest.nextCursor).toBeNull();
    const newest = await stage.ledger.list({ ...query, order: 'newest' });
    const further = await stage.ledger.list({ ...query, order: 'newest', after: newest.nextCursor! });
    expect([...newest.items, ...further.items]).toEqual([...first.items, ...rest.items].reverse());
    const allowed = await stage.ledger.list({ ...query, decision: 'allowed' });
    expect(allowed).toMatchObject({ items: [{ what: 'check' }], nextCursor: null });
    expect(await stage.ledger.forgetOld()).toBe(0);
    await stage.letPass(399 * 24 * HOUR_MS);
    await stage.allocate({ user_id: 'late' });
    expect(await stage.ledger.forgetOld()).toBe(0);
    await stage.pool.query(`UPDATE lease_ledger SET at = at - interval '2 days' WHERE account_id = $1 AND id < $2`, [
      id,
      rest.items[0]!.id,
    ]);
    expect(await stage.ledger.forgetOld()).toBe(2);
    await stage.forget();
  });
});
