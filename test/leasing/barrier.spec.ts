import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { violations } from './invariants.js';
import { type LeaseStage, openLeaseStage } from './lease-stage.js';
import { atOnce, CALLERS, SOON, waiting, widen } from './mutants.js';

const ACCOUNTS = 12;
const ROUNDS = 5;
let postgres: TestPostgres;
let stage: LeaseStage;
beforeAll(async () => {
  postgres = await startTestPostgres();
  stage = await openLeaseStage(postgres, ACCOUNTS);
  widen(stage);
});
afterAll(() => postgres.stop());

/** All of them are in the database, before the lock of the counters, when the first of them goes on. */
async function behindGate<T>(work: (n: number) => Promise<T>): Promise<readonly T[]> {
  const gate = await stage.pool.connect();
  await gate.query('BEGIN; SELECT FROM account_counter FOR UPDATE');
  const all = atOnce(work);
  try {
    await expect.poll(() => waiting(stage), SOON).toBe(CALLERS);
  } finally {
    await gate.query('COMMIT');
    gate.release();
  }
  return all;
}

/** Of those who got none, any: it is not theirs. */
const heldBy = (outcome: Awaited<ReturnType<LeaseStage['allocate']>>): string =>
  outcome.ok ? outcome.value.account_id : stage.ids[0]!;
async function begin(limits: Parameters<LeaseStage['limit']>[0] = null): Promise<void> {
  await stage.forget();
  await stage.limit(limits);
}

describe(`${CALLERS} who come at once`, () => {
  it('for half as many accounts get each account once, and the others hear why not', async () => {
    await begin();
    for (let round = 1; round <= ROUNDS; round += 1) {
      const outcomes = await atOnce((n) => stage.allocate({ service_name: `s${n}` }));
      const granted = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
      expect(new Set(granted.map(({ account_id: id }) => id)).size).toBe(ACCOUNTS);
      expect(granted.map(({ fence }) => fence)).toEqual(Array(ACCOUNTS).fill(round));
      const refused = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome]));
      for (const { more } of refused) expect(more!['next_available_at']).not.toBeNull();
      await atOnce((n) => stage.release(heldBy(outcomes[n]!), { service_name: `s${n}` }));
    }
    expect(await violations(stage.pool)).toEqual([]);
  });

  it('with a check on one account hold as many units as there are', async () => {
    await begin({ actions: { '*': { daily_limit: 5 } } });
    const [id] = stage.ids as [string];
    await stage.allocate({ require: { account_ids: [id] } });
    const answers = await behindGate((n) => stage.check(id, { target_channel_id: `c${n % 3}` }));
    expect(answers.filter((answer) => answer.ok && answer.value.allowed)).toHaveLength(5);
    await behindGate((n) => stage.record(id, { target_channel_id: `c${n % 3}`, success: n % 2 === 0 }));
    expect(await violations(stage.pool, { daily: 5, channelDaily: 15, channelTotal: 200 })).toEqual([]);
  });

  it('with checks for one channel keep the bound over all accounts', async () => {
    await begin({ actions: { '*': { max_per_channel_all_accounts: 7 } } });
    for (const id of stage.ids) await stage.allocate({ require: { account_ids: [id] } });
    const answers = await atOnce((n) => stage.check(stage.ids[n % ACCOUNTS]!));
    expect(answers.filter((answer) => answer.ok && answer.value.allowed)).toHaveLength(7);
    expect(answers.filter((answer) => answer.ok && answer.value.denied_by === 'channel_all_accounts')).toHaveLength(17);
  });

  it('and lease, check, record, err and release as they like break nothing', async () => {
    await begin({ actions: { '*': { daily_limit: 4, max_per_channel_per_day: 3, max_per_channel_total: 6 } } });
    await atOnce(async (n) => {
      for (let round = 0; round < 3; round += 1) {
        const lease = await stage.allocate({ service_name: `s${n}`, purpose: 'mixed' });
        if (!lease.ok) continue;
        const { account_id: id } = lease.value;
        for (let at = 0; at < 3; at += 1) {
          const checked = await stage.check(id);
          if (checked.ok && checked.value.allowed) await stage.record(id, { success: (n + at) % 4 > 0 });
        }
        if (n % 7 === 0) await stage.tellError(id, { error_type: 'unknown' });
        await stage.release(id, { service_name: `s${n}` });
      }
    });
    expect(await violations(stage.pool, { daily: 4, channelDaily: 3, channelTotal: 6 })).toEqual([]);
  });

  it('with the same flood count each of them, and rest for the longest', async () => {
    await begin();
    const [id] = stage.ids as [string];
    await atOnce(() => stage.tellError(id, { error_type: 'flood_wait', error_message: '60' }));
    const { rows } = await stage.pool.query<{ floods: number }>(
      'SELECT floods FROM account_slot WHERE account_id = $1',
      [id],
    );
    expect(rows[0]!.floods).toBe(CALLERS);
    expect(await violations(stage.pool)).toEqual([]);
  });
});

describe('an account whose counters are locked', () => {
  it('is given away all the same: to count is not to lease', async () => {
    await begin();
    const holder = await stage.pool.connect();
    await holder.query('BEGIN; SELECT FROM account_counter FOR UPDATE');
    const [id] = stage.ids as [string];
    expect(await stage.allocate({ require: { account_ids: [id] } })).toMatchObject({
      ok: true,
      value: { account_id: id },
    });
    await holder.query('ROLLBACK');
    holder.release();
  });
});
