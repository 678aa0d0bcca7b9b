import { v7 as uuidV7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ALLOCATE_WAIT_MS_MAX } from '#libs/contracts/limits/leasing';
import { WaitingList } from '#src/application/leasing/waiting-list';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { violations } from './invariants.js';
import { type LeaseStage, openLeaseStage } from './lease-stage.js';

/** As long as anybody may: longer than anything here takes. */
const WAIT_MS = ALLOCATE_WAIT_MS_MAX;
const SOON = { timeout: 30_000, interval: 5 };
let postgres: TestPostgres;
let stage: LeaseStage;
let id: string;
/** The line of a call. */
let line: AbortController;
let request: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  stage = await openLeaseStage(postgres, 1);
  [id] = stage.ids as [string];
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await stage.forget();
  line = new AbortController();
  request = uuidV7();
});
afterEach(async () => expect(await violations(stage.pool)).toEqual([]));

const ask = (left?: AbortSignal) =>
  stage.allocate({ request_id: request, service_name: 'asker', wait_ms: WAIT_MS }, left);
const hold = () => stage.allocate({ service_name: 'holder' });
const giveBack = () => stage.release(id, { service_name: 'holder' });
const isWaiting = () => expect.poll(() => stage.waiting.list().length, SOON).toBe(1);
const isStill = () => expect.poll(() => stage.waiting.isLooking, SOON).toBe(false);
/** Under whichever id it was leased. */
const isHeld = async (leaseId: string): Promise<boolean> =>
  (await stage.leases.live({ id: leaseId, userId: 'shop', serviceName: 'asker' })) !== null;
const granted = async (asked: ReturnType<typeof ask>): Promise<string> => {
  const outcome = await asked;
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  return outcome.value.lease_id;
};

/** Whoever asks again does not wait until what was given before is taken back. */
class HastyList extends WaitingList {
  override closed(): Promise<void> {
    return Promise.resolve();
  }
}

const WAITS_FOR_LOCK = `
SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
const ENDED = 'SELECT FROM lease WHERE id = $1 AND ended_at IS NOT NULL';

/** A lease is taken back, which takes its time; meanwhile its request comes again, on a new line. */
async function askedAgainMeanwhile(list: WaitingList): Promise<'keeps it' | 'loses it'> {
  const { pool, store, ids, leases, allocate, release } = await openLeaseStage(postgres, 1, {}, list);
  const own = new AbortController();
  const call = (left?: AbortSignal) => allocate({ request_id: request, service_name: 'asker', wait_ms: WAIT_MS }, left);
  await allocate({ service_name: 'holder' });
  const first = call(own.signal);
  await expect.poll(() => list.list().length, SOON).toBe(1);
  await release(ids[0]!, { service_name: 'holder' });
  const lost = await granted(first);
  const other = await pool.connect();
  await other.query('BEGIN; SELECT FROM account_slot FOR UPDATE');
  own.abort();
  await expect.poll(async () => (await pool.query(WAITS_FOR_LOCK)).rowCount, SOON).toBe(1);
  const again = call();
  if (list instanceof HastyList) await again; // who waits for nothing is told now
  await other.query('ROLLBACK');
  other.release();
  const leaseId = await granted(again);
  await expect.poll(async () => (await pool.query(ENDED, [lost])).rowCount, SOON).toBe(1);
  const [live] = await leases.listLive(null, 1);
  await store.destroy();
  return live?.leaseId === leaseId ? 'keeps it' : 'loses it';
}

describe('the same request again', () => {
  it('waits on when the line of the first call breaks, and gets the lease', async () => {
    await hold();
    const first = ask(line.signal);
    await isWaiting();
    const again = ask();
    line.abort();
    await giveBack();
    const leaseId = await granted(again);
    expect(await granted(first)).toBe(leaseId);
    await isStill();
    expect(await isHeld(leaseId)).toBe(true);
  });

  it('keeps the lease that it was told of, when the first call leaves before its answer has gone out', async () => {
    await hold();
    const first = ask(line.signal);
    await isWaiting();
    await giveBack();
    const leaseId = await granted(first);
    const second = new AbortController();
    expect(await granted(ask(second.signal))).toBe(leaseId);
    line.abort();
    await stage.waiting.closed(request);
    expect(await isHeld(leaseId)).toBe(true);
    second.abort(); // now nobody has heard of it
    await stage.waiting.closed(request);
    expect(await isHeld(leaseId)).toBe(false);
  });

  it('gets a lease that it keeps while the one that nobody heard of is being given back', async () => {
    expect(await askedAgainMeanwhile(new WaitingList())).toBe('keeps it');
    // The bug that was: who asks again is told of the lease that is on its way back.
    expect(await askedAgainMeanwhile(new HastyList())).toBe('loses it');
  });

  it('hears of a lease only when its account has answered after its rest', async () => {
    await stage.tellError(id, { error_type: 'flood_wait', error_message: 'FloodWaitError: 1' });
    await stage.letPass(3_600_000);
    let answer!: () => void;
    stage.answers.after = new Promise((resolve) => (answer = resolve));
    stage.answers.well = false;
    const before = stage.probes.length;
    const call = () => stage.allocate({ request_id: request, service_name: 'asker' });
    const first = call();
    await expect.poll(() => stage.probes.length, SOON).toBe(before + 1);
    let isAnswered = false;
    const again = call().finally(() => (isAnswered = true));
    for (let asked = 0; asked < 10; asked += 1) await isHeld(request); // an answer that waits for nothing takes two or three
    expect(isAnswered).toBe(false);
    answer();
    expect(await first).toMatchObject({ why: 'no_account_free' });
    expect(await again).toMatchObject({ why: 'no_account_free' });
    expect(stage.probes.length).toBe(before + 1);
    stage.answers.well = true;
  });

  it('of somebody else gets nothing of it', async () => {
    await hold();
    const first = ask(line.signal);
    await isWaiting();
    const thief = { request_id: request, service_name: 'thief', wait_ms: WAIT_MS };
    expect(await stage.allocate(thief)).toMatchObject({ why: 'lease_over' });
    line.abort();
    expect(await first).toMatchObject({ why: 'waiter_left' });
  });
});
