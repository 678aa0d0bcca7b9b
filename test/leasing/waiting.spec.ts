import { v7 as uuidV7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ALLOCATE_WAIT_MS_MAX } from '#libs/contracts/limits/leasing';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { violations } from './invariants.js';
import { type LeaseStage, openLeaseStage } from './lease-stage.js';

/** As long as anybody may: longer than anything here takes. */
const WAIT_MS = ALLOCATE_WAIT_MS_MAX;
const SOON = { timeout: 30_000, interval: 5 };
let postgres: TestPostgres;
let stage: LeaseStage;
let id: string;
/** Services in the order in which they got the account. */
let served: string[];
beforeAll(async () => {
  postgres = await startTestPostgres();
  stage = await openLeaseStage(postgres, 1);
  [id] = stage.ids as [string];
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await stage.forget();
  served = [];
  await stage.allocate({ service_name: 'holder' });
});
afterEach(async () => {
  stage.waiting.onModuleDestroy();
  expect(await violations(stage.pool)).toEqual([]);
});

/** Waits for the account under this name, in this place of the list. */
async function waits(name: string, ask: Parameters<LeaseStage['allocate']>[0] = {}, left?: AbortSignal) {
  const before = stage.waiting.list().length;
  const answer = stage.allocate({ service_name: name, wait_ms: WAIT_MS, ...ask }, left).then((outcome) => {
    if (outcome.ok) served.push(name);
    return outcome;
  });
  await expect.poll(() => stage.waiting.list().length, SOON).toBe(before + 1);
  await expect.poll(() => stage.waiting.isLooking, SOON).toBe(false);
  return { answer };
}
/** Gives the account back, and has whoever gets it do the same, until so many have had it. */
async function giveOn(count: number): Promise<readonly string[]> {
  await stage.release(id, { service_name: 'holder' });
  for (let had = 1; had <= count; had += 1) {
    await expect.poll(() => served.length, SOON).toBeGreaterThanOrEqual(had);
    await stage.release(id, { service_name: served[had - 1]! });
  }
  return served;
}

describe('who waits for an account', () => {
  it('gets it in turn: of one tenant in the order in which they came', async () => {
    for (const name of ['first', 'second', 'third']) await waits(name);
    expect(await giveOn(3)).toEqual(['first', 'second', 'third']);
  });

  it('gets it before who came earlier with less priority, and tenants take turns', async () => {
    await waits('a1', { user_id: 'a' });
    await waits('a2', { user_id: 'a' });
    await waits('b1', { user_id: 'b' });
    await waits('urgent', { user_id: 'a', priority: 9 });
    expect(await giveOn(4)).toEqual(['urgent', 'b1', 'a1', 'a2']);
  });

  it('is not overtaken by who does not want to wait', async () => {
    await waits('patient');
    const hasty = stage.allocate({ service_name: 'hasty' });
    expect(await hasty).toMatchObject({ why: 'no_account_free' });
    await stage.release(id, { service_name: 'holder' });
    expect(await stage.allocate({ service_name: 'hasty' })).toMatchObject({ why: 'no_account_free' });
    await expect.poll(() => served, SOON).toEqual(['patient']);
  });

  it('is told after its time why there is none', async () => {
    const asked = stage.allocate({ service_name: 'brief', wait_ms: 300 });
    expect(await asked).toMatchObject({ why: 'no_account_free', more: { accounts: [{ reason: 'leased' }] } });
    expect(stage.waiting.isEmpty).toBe(true);
  });

  it('gets what ran out, though nobody gave it back', async () => {
    const { answer } = await waits('patient');
    await stage.letPass(31 * 60_000);
    expect(await answer).toMatchObject({ ok: true, value: { account_id: id, fence: 2 } });
  });

  it('and has left gets nothing: not while it waits, nor when it leaves before the answer has gone out', async () => {
    const [early, late] = [new AbortController(), new AbortController()];
    const { answer: left } = await waits('early', {}, early.signal);
    const { answer: lost } = await waits('late', {}, late.signal);
    await waits('last');
    early.abort();
    expect(await left).toMatchObject({ why: 'waiter_left' });
    await stage.release(id, { service_name: 'holder' });
    expect(await lost).toMatchObject({ ok: true });
    late.abort();
    await expect.poll(() => served, SOON).toEqual(['late', 'last']);
    const { rows } = await stage.pool.query<{ who: string; cause: string | null }>(
      'SELECT service_name AS who, end_cause AS cause FROM lease ORDER BY fence',
    );
    expect(rows).toEqual([
      { who: 'holder', cause: 'released' },
      { who: 'late', cause: 'released' },
      { who: 'last', cause: null },
    ]);
  });

  it('and has left before there was a list to leave never enters it', async () => {
    const asked = stage.allocate({ service_name: 'hasty', wait_ms: WAIT_MS }, AbortSignal.abort());
    expect(await asked).toMatchObject({ why: 'waiter_left' });
    expect(stage.waiting.isEmpty).toBe(true);
  });

  it('is shown with its place, may be taken off the list, and waits once under one request', async () => {
    const request = { request_id: uuidV7() };
    const { answer } = await waits('one', request);
    await waits('other');
    const again = stage.allocate({ service_name: 'one', wait_ms: WAIT_MS, ...request });
    expect(stage.waiting.list().map(({ serviceName }) => serviceName)).toEqual(['one', 'other']);
    const asked = { id: request.request_id, userId: 'shop', serviceName: 'one' };
    await expect.poll(async () => (await stage.leases.live(asked)) === null, SOON).toBe(true);
    expect(await stage.allocate({ service_name: 'thief', wait_ms: WAIT_MS, ...request })).toMatchObject({
      why: 'lease_over',
    });
    expect(stage.waiting.leave(request.request_id)).toBe(true);
    expect(await answer).toMatchObject({ why: 'waiter_left' });
    await again;
    expect(stage.waiting.leave(request.request_id)).toBe(false);
  });

  it('is answered when the runtime stops', async () => {
    const { answer } = await waits('patient');
    stage.waiting.onModuleDestroy();
    expect(await answer).toMatchObject({ why: 'shutting_down' });
  });
});

describe('who waits for an account, for a channel in which something happens meanwhile', () => {
  const done = async () => {
    await stage.check(id);
    await stage.record(id, { success: true });
    await stage.release(id, { service_name: 'holder' });
  };
  const decisions = async () => {
    const { items } = await stage.ledger.list({ what: 'lease', limit: 50 });
    return items.map(({ decision, why }) => (why === null ? decision : `${decision} ${why}`));
  };

  it('does not get it when the channel was stopped: it is told so', async () => {
    const { answer } = await waits('patient', { target_channel_id: 'c1' });
    await stage.tellError(id, { error_type: 'PeerFloodError', context: { target_channel_id: 'c1' } });
    await stage.release(id, { service_name: 'holder' });
    await stage.letPass(25 * 60 * 60_000);
    expect(await answer).toMatchObject({ why: 'channel_stopped' });
    expect(await decisions()).toContain('withdrawn channel_stopped');
    expect(await stage.allocate({ service_name: 'next' })).toMatchObject({ ok: true });
  });

  it('does not get it when it has done all it may there: it is told so, or waits for another', async () => {
    await stage.limit({ actions: { invite: { max_per_channel_total: 1, max_per_channel_all_accounts: 5 } } });
    const { answer: paused } = await waits('pauses', { target_channel_id: 'c1' });
    const { answer: other } = await waits('switches', {
      ...{ target_channel_id: 'c1', on_channel_limit: 'switch', wait_ms: 1_000 },
    });
    await done();
    const channel = { target_channel_id: 'c1', totals: { invite: { total: 1, limit: 5 } } };
    expect(await paused).toMatchObject({ why: 'channel_limit', more: { channel } });
    expect(await other).toMatchObject({
      why: 'no_account_free',
      more: { accounts: [{ reason: 'channel_limit' }], channel },
    });
    expect((await decisions()).filter((one) => one === 'withdrawn channel_limit')).toHaveLength(2);
    await stage.limit(null);
    const next = { target_channel_id: 'c1', totals: { invite: { total: 1, limit: null }, message: { total: 0 } } };
    expect(await stage.allocate({ target_channel_id: 'c1' })).toMatchObject({ ok: true, value: { channel: next } });
  });
});

describe('24 who wait for one account', () => {
  it('all get it, each once', async () => {
    const names = Array.from({ length: 24 }, (_, n) => `s${n}`);
    const answers = names.map((name) =>
      stage.allocate({ service_name: name, user_id: `u${name.length}`, wait_ms: WAIT_MS }).then(async (outcome) => {
        if (!outcome.ok) throw new Error(outcome.why);
        served.push(name);
        await stage.release(id, { service_name: name });
      }),
    );
    await stage.release(id, { service_name: 'holder' });
    await Promise.all(answers);
    expect([...served].sort()).toEqual([...names].sort());
  });
});
