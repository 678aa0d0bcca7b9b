import { Client, type PoolClient } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { STATEMENT_MS_MAX } from '#libs/contracts/limits/runtime';
import { AccountRepository } from '#src/persistence/account.repository';
import { inTransaction } from '#src/persistence/leasing/transaction';
import { LOCK } from '#src/persistence/leasing/usage-statements';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { violations } from './invariants.js';
import { type LeaseStage, openLeaseStage } from './lease-stage.js';

/** Calls that come at once, to each account its part of them, and a deletion of each in their midst. */
const CALLERS = 24;
const ACCOUNTS = 3;
const ROUNDS = 4;
/** Twice, since those of the first group wait for both: less than a statement may take. */
const SOON = { timeout: STATEMENT_MS_MAX / 2 - 500, interval: 5 };
let postgres: TestPostgres;
let stage: LeaseStage;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  stage = await openLeaseStage(postgres, ACCOUNTS * ROUNDS);
  // Checks of a bounded channel take one lock more.
  await stage.limit({ actions: { '*': { max_per_channel_all_accounts: 500, daily_limit: 500 } } });
});
afterEach(() => stage.store.destroy());

type Call = (id: string, n: number) => Promise<unknown>;
const CALLS: readonly Call[] = [
  (id, n) => stage.check(id, { target_channel_id: `c${n % ACCOUNTS}` }),
  (id, n) => stage.record(id, { success: n % 4 > 0 }),
  (id) => stage.allocate({ require: { account_ids: [id] }, service_name: 'other' }),
  (id) => stage.tellError(id, { error_type: 'timeout' }),
  (id) => stage.release(id),
  (id) => stage.check(id),
  (id) => stage.allocate({ require: { account_ids: [id] } }),
  (id) => stage.extend(id),
];

/** Nobody counts before all have come who have room in the store, those of each group behind those of the one before. */
async function fromOneLine(
  groups: readonly (() => readonly Promise<unknown>[])[],
): Promise<readonly PromiseSettledResult<unknown>[]> {
  const gate = new Client({ connectionString: (stage.store.options as { readonly url: string }).url });
  await gate.connect();
  await gate.query('BEGIN; SELECT FROM account_counter FOR UPDATE');
  const inLine = async (): Promise<number | null> => {
    await gate.query('SELECT pg_stat_clear_snapshot()'); // a transaction sees one moment of what others do
    return (await gate.query(WAITING)).rowCount;
  };
  const begun: Promise<PromiseSettledResult<unknown>[]>[] = [];
  try {
    for (const begin of groups) {
      begun.push(Promise.allSettled(begin()));
      await expect.poll(inLine, SOON).toBeGreaterThanOrEqual(begun.length * ACCOUNTS);
    }
  } finally {
    await gate.end();
  }
  return (await Promise.all(begun)).flat();
}
const WAITING = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

/** What went wrong: the codes of Postgres’ errors, and whatever else is thrown, which a caller would hear as 500. */
async function wrongWith(deleteOne: (id: string) => Promise<unknown>): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (let round = 0; round < ROUNDS && wrong.length === 0; round += 1) {
    const ids = stage.ids.slice(round * ACCOUNTS, (round + 1) * ACCOUNTS);
    for (const id of ids) await stage.allocate({ require: { account_ids: [id] } });
    const call = (n: number): Promise<unknown> =>
      CALLS[Math.floor(n / ACCOUNTS) % CALLS.length]!(ids[n % ACCOUNTS]!, n);
    const calls = Array.from({ length: CALLERS }, (_, n) => n);
    const ended = await fromOneLine([
      () => calls.slice(0, ACCOUNTS).map(call), // a check of each account
      () => [...ids.map(deleteOne), ...calls.slice(ACCOUNTS).map(call)],
    ]);
    for (const one of ended)
      if (one.status === 'rejected')
        wrong.push((one.reason as { code?: string }).code ?? (one.reason as Error).message);
  }
  return wrong;
}

describe(`accounts that are deleted while ${CALLERS} lease them, count, err and give back`, () => {
  it('are deleted: nothing waits in a circle, nobody hears an error, and their leases are over', async () => {
    const accounts = new AccountRepository(stage.store);
    const deleted: boolean[] = [];
    expect(await wrongWith(async (id) => deleted.push(await accounts.markDeleted(id)))).toEqual([]);
    expect(deleted).toEqual(Array(ACCOUNTS * ROUNDS).fill(true));
    const { rows } = await stage.pool.query(`SELECT FROM account_slot WHERE expires_at > clock_timestamp()`);
    expect(rows).toHaveLength(0);
    expect(await violations(stage.pool, { daily: 500, channelDaily: 500, channelTotal: 500 })).toEqual([]);
  });

  it('could wait in a circle: a deletion that takes its locks the other way round meets a check', async () => {
    const slotFirst = (id: string) => async (client: PoolClient) => {
      await client.query('UPDATE account SET deleted_at = now() WHERE id = $1', [id]);
      await client.query('UPDATE account_slot SET disabled_at = now() WHERE account_id = $1', [id]);
      await client.query({ ...LOCK, values: [id] });
    };
    expect(await wrongWith((id) => inTransaction(stage.pool, slotFirst(id)))).toContain('40P01');
  });
});
