import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOLD_MS_MAX } from '#libs/contracts/limits/leasing';
import { closeLeases } from '#src/upkeep';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { violations } from './invariants.js';
import { type LeaseStage, openLeaseStage } from './lease-stage.js';

const MINUTE_MS = 60_000;
let postgres: TestPostgres;
let stage: LeaseStage;
let id: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  stage = await openLeaseStage(postgres, 1);
  [id] = stage.ids as [string];
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await stage.forget();
  return async () => expect(await violations(stage.pool)).toEqual([]);
});

/** Of a tenant and a service under one name. */
async function lease(name: string): Promise<string> {
  const outcome = await stage.allocate({ user_id: name, service_name: name });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  return outcome.value.lease_id;
}
async function check(ask: Parameters<LeaseStage['check']>[1] = {}): Promise<string> {
  const outcome = await stage.check(id, ask);
  if (!outcome.ok || outcome.value.reservation_id === null) throw new Error(JSON.stringify(outcome));
  return outcome.value.reservation_id;
}
async function record(ask: Parameters<LeaseStage['record']>[1] = {}) {
  const outcome = await stage.record(id, ask);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  return outcome.value;
}
const recorded = async (ask: Parameters<LeaseStage['record']>[1] = {}) => (await record(ask)).recorded;
const holds = async (): Promise<readonly string[]> =>
  (
    await stage.pool.query<{ line: string }>(
      `SELECT concat_ws(' ', action_type, channel, state, user_id) AS line FROM usage_hold ORDER BY held_at, id`,
    )
  ).rows.map(({ line }) => line);
const noted = async (): Promise<readonly string[]> => {
  const { items } = await stage.ledger.list({ account_id: id, what: 'record', limit: 10 });
  return items.map(({ decision, service_name: service, fence }) => `${decision} ${service} ${fence}`);
};

describe('a record that names its lease', () => {
  it('comes late, and leaves alone what another holds by now', async () => {
    const former = await lease('one');
    await check();
    await stage.release(id, { service_name: 'one' });
    await lease('other');
    await check();
    expect(await recorded({ success: false, lease_id: former.toUpperCase() })).toBe('assumed');
    expect(await recorded({ success: false, lease_id: former })).toBe('nothing');
    expect(await holds()).toEqual(['invite c1 assumed one', 'invite c1 held other']);
    expect(await recorded()).toBe('done');
    expect(await noted()).toEqual(['assumed one 1', 'nothing one 1', 'done other 2']);
  });

  it('is counted for whoever had that lease, by the limits of then', async () => {
    const former = await lease('one');
    await stage.release(id, { service_name: 'one' });
    await lease('other');
    await check();
    const { recorded: outcome, counters } = await record({ lease_id: former });
    expect([outcome, counters.per_channel_total!.used, counters.channel_all_accounts!.used]).toEqual([
      'unreserved',
      2,
      1,
    ]);
    expect(await holds()).toEqual(['invite c1 held other', 'invite c1 done one']);
  });

  it('which the account never had, is counted for the account and for nobody else', async () => {
    await lease('one');
    await check();
    expect(await recorded({ lease_id: uuidV7() })).toBe('unreserved');
    expect(await holds()).toEqual(['invite c1 held one', 'invite c1 done']);
  });
});

describe('a record that names no lease', () => {
  it('is of the last one that anybody heard of, while the next is only offered', async () => {
    await lease('one');
    await stage.release(id, { service_name: 'one' });
    await stage.pool.query(
      `UPDATE account_slot SET needs_probe = true, cooling_until = clock_timestamp() - interval '1 minute'`,
    );
    let answer!: () => void;
    stage.answers.after = new Promise((resolve) => (answer = resolve));
    const asked = lease('other');
    await expect.poll(() => stage.probes.length).toBe(1);
    expect(await recorded()).toBe('unreserved');
    answer();
    await asked;
    expect(await holds()).toEqual(['invite c1 done one']);
  });
});

describe('a reservation', () => {
  it('that nobody made is counted once, however often it is recorded', async () => {
    await lease('one');
    const unknown = { reservation_id: uuidV7() };
    expect(await recorded({ ...unknown, success: false })).toBe('nothing');
    const first = await record(unknown);
    expect(first.recorded).toBe('unreserved');
    expect(await record(unknown)).toMatchObject({ recorded: 'done', reservation_id: first.reservation_id });
    expect(await holds()).toEqual(['invite c1 done one']);
  });

  it('for something else stays as it is; what was done is counted all the same, once', async () => {
    await lease('one');
    const mine = { reservation_id: await check() };
    for (const other of [{ action_type: 'message' }, { target_channel_id: 'c2' }])
      expect([await recorded({ ...mine, ...other }), await recorded({ ...mine, ...other })]).toEqual([
        'unreserved',
        'done',
      ]);
    expect(await holds()).toEqual(['invite c1 held one', 'message c1 done one', 'invite c2 done one']);
    expect(await recorded({ ...mine, target_channel_id: null })).toBe('done');
  });

  it('of another lease than the one that is named stays as it is', async () => {
    const former = await lease('one');
    await stage.release(id, { service_name: 'one' });
    await lease('other');
    const reservation = await check();
    expect(await recorded({ reservation_id: reservation, lease_id: former, success: false })).toBe('nothing');
    expect(await holds()).toEqual(['invite c1 held other']);
  });

  it('of a lease that is over is settled for whoever had that', async () => {
    await lease('one');
    const reservation = await check();
    await stage.release(id, { service_name: 'one' });
    await lease('other');
    expect(await recorded({ reservation_id: reservation.toUpperCase() })).toBe('assumed');
    expect(await noted()).toEqual(['assumed one 1']);
  });
});

describe('what is held when its lease is over', () => {
  const close = () => closeLeases(stage, new AbortController().signal);
  const assumed = async (): Promise<readonly string[]> => {
    const { items } = await stage.ledger.list({ account_id: id, what: 'hold', limit: 10 });
    return items.map((line) => `${line.decision} ${line.service_name} ${line.fence}`);
  };

  it('counts as used within a second, though nobody asks that account for anything', async () => {
    for (const end of [
      () => stage.release(id, { service_name: 'one' }),
      () => stage.letPass(30 * MINUTE_MS),
      () => stage.tellError(id, { error_type: 'auth_key_unregistered' }),
    ]) {
      await stage.forget();
      await lease('one');
      await check();
      await check();
      await recorded();
      await end();
      await close();
      await close();
      expect(await holds()).toEqual(['invite c1 done one', 'invite c1 assumed one']);
      expect(await assumed()).toEqual(['assumed one 1']);
    }
  });

  it('is held no longer, and what another holds by now is', async () => {
    await lease('one');
    await check();
    await stage.release(id, { service_name: 'one' });
    await lease('other');
    await check();
    await close();
    expect(await holds()).toEqual(['invite c1 assumed one', 'invite c1 held other']);
    await stage.letPass(HOLD_MS_MAX);
    await close();
    expect(await assumed()).toEqual(['assumed one 1', 'assumed other 2']);
  });

  it('ends once, whoever meets it first', async () => {
    await lease('one');
    for (let unit = 0; unit < 6; unit += 1) await check();
    await stage.release(id, { service_name: 'one' });
    const records = Array.from({ length: 4 }, () => record());
    await Promise.all([close(), ...records, close(), stage.check(id), close()]);
    expect(await holds()).toEqual(Array(6).fill('invite c1 assumed one'));
    expect(await assumed()).toHaveLength(6);
  });
});
