import { v7 as uuidV7 } from 'uuid';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OFFER_MS_MAX } from '#libs/contracts/limits/leasing';
import { isStoreAway } from '#src/application/store-away';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { violations } from './invariants.js';
import { type LeaseStage, openLeaseStage } from './lease-stage.js';

const CALLERS = 12;
const ACCOUNTS = 4;
const KILLS = 60;
const WAIT_MS = 1_000;
/** Of one call: each is struck by chance alone. */
const TRIES_MAX = 100;
const LIMITS = { daily: 12, channelDaily: 9, channelTotal: 15 };
let postgres: TestPostgres;
let stage: LeaseStage;
let killer: Client;
beforeAll(async () => {
  postgres = await startTestPostgres();
  stage = await openLeaseStage(postgres, ACCOUNTS);
  killer = new Client({ connectionString: (stage.store.options as { readonly url: string }).url });
  await killer.connect();
});
afterAll(async () => {
  await killer.end();
  await postgres.stop();
});

/** Ends a session of the store in the midst of what it does. Answers whether one was doing anything. */
async function killOne(): Promise<boolean> {
  const { rowCount } = await killer.query(`
    SELECT pg_terminate_backend(pid) FROM (
      SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
      ORDER BY random() LIMIT 1
    ) AS busy`);
  return rowCount === 1;
}

/** As a good client does: what got no answer is asked again, the same. */
async function insist<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (!isStoreAway(error) || tries === TRIES_MAX) throw error;
    }
  }
}

async function work(n: number, isOver: () => boolean): Promise<void> {
  const who = { service_name: `s${n}` };
  const wait_ms = n % 2 === 0 ? WAIT_MS : 0; // so that some are offered what others just get
  for (let round = 0; !isOver(); round += 1) {
    const request = { ...who, wait_ms, request_id: uuidV7() };
    const lease = await insist(() => stage.allocate(request));
    if (!lease.ok) continue;
    const { account_id: id, lease_id: leaseId } = lease.value;
    for (const channel of ['c1', 'c2']) {
      const to = { target_channel_id: channel };
      const checked = await insist(() => stage.check(id, to));
      const hold = checked.ok ? checked.value.reservation_id : null;
      if (hold) await insist(() => stage.record(id, { ...to, reservation_id: hold, success: (n + round) % 3 > 0 }));
    }
    if ((n + round) % 9 === 0) await insist(() => stage.tellError(id, { error_type: 'timeout' }));
    await insist(() => stage.extend(id, { ...who, lease_id: leaseId }));
    const released = await insist(() => stage.release(id, { ...who, lease_id: leaseId }));
    expect(released.ok).toBe(true);
  }
}

describe('whatever dies in the midst of whatever it does', () => {
  it(`breaks no invariant: ${KILLS} deaths of sessions under ${CALLERS} services`, async () => {
    const { daily, channelDaily, channelTotal } = LIMITS;
    const all = { daily_limit: daily, max_per_channel_per_day: channelDaily, max_per_channel_total: channelTotal };
    await stage.limit({ actions: { '*': all } });
    let kills = 0;
    const services = Array.from({ length: CALLERS }, (_, n) => work(n, () => kills >= KILLS));
    const killing = (async () => {
      while (kills < KILLS) kills += (await killOne()) ? 1 : 0;
    })();
    await Promise.all([...services, killing]);
    expect(await violations(stage.pool, LIMITS)).toEqual([]);
    // All of them were given back, or come back by themselves when they were only offered, and lease on.
    await stage.letPass(OFFER_MS_MAX);
    for (let n = 0; n < ACCOUNTS; n += 1) expect(await stage.allocate()).toMatchObject({ ok: true });
  });
});
