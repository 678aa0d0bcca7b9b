import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ALLOCATE_WAIT_MS_MAX, OFFER_MS_MAX } from '#libs/contracts/limits/leasing';
import { WaitingList } from '#src/application/leasing/waiting-list';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { violations } from './invariants.js';
import { type LeaseStage, openLeaseStage } from './lease-stage.js';

const MINUTE_MS = 60_000;
const SOON = { timeout: 30_000, interval: 5 };
const WAIT = { wait_ms: ALLOCATE_WAIT_MS_MAX };
let postgres: TestPostgres;
let stage: LeaseStage;
let id: string;
/** The account that is being asked answers now. */
let answer: () => void;
beforeAll(async () => {
  postgres = await startTestPostgres();
  stage = await openLeaseStage(postgres, 1);
  [id] = stage.ids as [string];
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await stage.forget();
  await stage.pool.query('DELETE FROM event');
  stage.answers.well = true;
  stage.answers.after = new Promise((resolve) => (answer = resolve));
  stage.probes.length = 0;
  return async () => {
    stage.waiting.onModuleDestroy();
    expect(await violations(stage.pool)).toEqual([]);
  };
});

/** It has rested, and is asked something before anybody gets it. */
async function rested(): Promise<void> {
  await stage.tellError(id, { error_type: 'unknown' });
  await stage.letPass(16 * MINUTE_MS);
}
const isAsked = (times = 1) => expect.poll(() => stage.probes.length, SOON).toBe(times);
const decisions = async (): Promise<readonly string[]> => {
  const { items } = await stage.ledger.list({ what: 'lease', limit: 50 });
  return items.map(({ decision, why }) => (why === null ? decision : `${decision} ${why}`));
};
const told = async (): Promise<number> =>
  (await stage.pool.query(`SELECT FROM event WHERE name LIKE 'lease.%'`)).rowCount ?? 0;

describe('an account that is asked something before it is leased', () => {
  it('is offered meanwhile: nobody else gets it, and nobody, of whatever service, has a lease of it', async () => {
    await rested();
    const asked = stage.allocate({ timeout_minutes: 5 });
    await isAsked();
    expect(await stage.allocate()).toMatchObject({
      why: 'no_account_free',
      more: { accounts: [{ reason: 'leased', detail: 'It is being offered to inviter.' }] },
    });
    expect(await stage.leases.listLive(null, 5)).toEqual([]);
    expect(await stage.health.show(id)).toMatchObject({ value: { leased_to: null } });
    expect(await stage.extend(id, { timeout_minutes: 60 })).toMatchObject({ why: 'lease_not_yours' });
    expect(await stage.release(id)).toMatchObject({ why: 'lease_not_yours' });
    expect(await stage.check(id)).toMatchObject({ value: { allowed: false, denied_by: 'lease' } });
    await stage.pool.query(`UPDATE account_snapshot SET status = 'CONNECTING'`);
    await stage.pool.query(`UPDATE account_snapshot SET status = 'CONNECTED'`);
    expect(await told()).toBe(0);
    answer();
    const lease = await asked;
    if (!lease.ok) throw new Error(lease.why);
    const { allocated_at: from, expires_at: until, lease_id: leaseId, fence } = lease.value;
    expect(Date.parse(until) - Date.parse(from)).toBe(5 * MINUTE_MS);
    expect(await stage.leases.listLive(null, 5)).toMatchObject([{ leaseId, fence, expiresAt: new Date(until) }]);
    expect(await stage.check(id)).toMatchObject({ value: { allowed: true } });
    const turnedAway = 'turned_away lease_not_yours';
    const said = (await decisions()).filter((one) => one !== 'refused no_account_free');
    expect(said).toEqual(['offered', turnedAway, turnedAway, 'accepted']);
  });

  it('is free again at once when its caller has left meanwhile', async () => {
    await rested();
    const line = new AbortController();
    const asked = stage.allocate({}, line.signal);
    await isAsked();
    line.abort();
    answer();
    expect(await asked).toMatchObject({ why: 'waiter_left' });
    expect(await stage.allocate({ service_name: 'next' })).toMatchObject({ ok: true });
    expect(await decisions()).toEqual(['offered', 'withdrawn waiter_left', 'refused waiter_left', 'granted']);
    expect(await told()).toBe(0);
  });

  it('is free again at once when its waiter was taken off the list meanwhile', async () => {
    await stage.allocate({ service_name: 'holder' });
    const request = uuidV7();
    const waits = stage.allocate({ ...WAIT, request_id: request });
    await expect.poll(() => stage.waiting.list().length, SOON).toBe(1);
    await stage.tellError(id, { error_type: 'unknown' });
    await stage.release(id, { service_name: 'holder' });
    await stage.letPass(16 * MINUTE_MS);
    await isAsked();
    expect(stage.waiting.leave(request)).toBe(true);
    expect(await waits).toMatchObject({ why: 'waiter_left' });
    answer();
    await stage.waiting.closed(request);
    expect(await stage.allocate({ service_name: 'next' })).toMatchObject({ ok: true });
    expect(await decisions()).toContain('withdrawn waiter_left');
  });

  it('answers too late: whoever got it meanwhile keeps it, whatever it answers', async () => {
    for (const well of [true, false]) {
      await stage.forget();
      await rested();
      stage.answers.after = new Promise((resolve) => (answer = resolve));
      const slow = stage.allocate({ service_name: 'slow' });
      await isAsked();
      await stage.letPass(OFFER_MS_MAX);
      stage.answers.after = Promise.resolve();
      expect(await stage.allocate({ service_name: 'next' })).toMatchObject({ ok: true });
      stage.answers.well = well;
      answer();
      expect(await slow).toMatchObject({ why: 'no_account_free' });
      expect(await stage.leases.listLive(null, 5)).toMatchObject([{ serviceName: 'next' }]);
      [stage.answers.well, stage.probes.length] = [true, 0];
    }
  });
});

describe('a runtime that dies between an offer and its acceptance', () => {
  it.each([
    ['asks the account', rested, {}],
    ['has a waiter for it', rested, WAIT],
  ])('while it %s: the account is free after 10 s, and not before', async (_does, before, ask) => {
    await before();
    void stage.allocate({ service_name: 'lost', ...ask }); // nothing answers it any more
    await isAsked();
    stage.answers.after = Promise.resolve();
    await stage.letPass(OFFER_MS_MAX - 2_000);
    expect(await stage.allocateAnew()).toMatchObject({ why: 'no_account_free' });
    await stage.letPass(2_000);
    expect(await stage.allocateAnew()).toMatchObject({ ok: true, value: { account_id: id } });
    expect(await told()).toBe(0);
  });
});

describe('a request that nobody has heard of a lease for', () => {
  const lives = (leaseId: string) => stage.leases.live({ id: leaseId, userId: 'shop', serviceName: 'inviter' });

  it('gets another when its account did not answer, and the same again from then on, also by the next runtime', async () => {
    await rested();
    answer();
    stage.answers.well = false;
    const request = { request_id: uuidV7() };
    expect(await stage.allocate(request)).toMatchObject({ why: 'no_account_free' });
    stage.answers.well = true;
    await stage.letPass(6 * MINUTE_MS);
    const lease = { ok: true, value: { lease_id: request.request_id, account_id: id } };
    expect(await stage.allocateAnew(request)).toMatchObject(lease);
    for (const again of [stage.allocateAnew, stage.allocate]) expect(await again(request)).toMatchObject(lease);
    await stage.release(id);
    expect(await stage.allocateAnew(request)).toMatchObject({ why: 'lease_over' });
  });

  it('gets another when the runtime died with its offer, and does not hear of that', async () => {
    await rested();
    const request = { request_id: uuidV7() };
    void stage.allocate(request);
    await isAsked();
    expect(await lives(request.request_id)).toBeNull();
    expect(await stage.allocateAnew(request)).toMatchObject({ why: 'no_account_free' });
    stage.answers.after = Promise.resolve();
    await stage.letPass(OFFER_MS_MAX);
    expect(await stage.allocateAnew(request)).toMatchObject({ ok: true, value: { lease_id: request.request_id } });
  });

  it('whose lease is over waits for no other: what is offered to it goes back', async () => {
    answer();
    const request = { request_id: uuidV7() };
    await stage.allocate(request);
    await stage.release(id);
    await stage.allocate({ service_name: 'holder' });
    const list = new WaitingList();
    const waits = stage.allocateAnew({ ...WAIT, ...request }, list);
    await expect.poll(() => list.list().length, SOON).toBe(1);
    await stage.release(id, { service_name: 'holder' });
    expect(await waits).toMatchObject({ why: 'lease_over' });
    expect(await decisions()).toContain('withdrawn lease_over');
    expect(await stage.allocate({ service_name: 'next' })).toMatchObject({ ok: true });
  });
});
