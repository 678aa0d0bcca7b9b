import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountRepository } from '#src/persistence/account.repository';
import { GRANT } from '#src/persistence/leasing/lease-statements';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { violations } from './invariants.js';
import { type LeaseStage, openLeaseStage, type PatchedSql } from './lease-stage.js';

const SOON = { timeout: 30_000, interval: 5 };
const GATE = 7;
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

async function onStage(play: (stage: LeaseStage, id: string) => Promise<unknown>, sql: PatchedSql = {}): Promise<void> {
  const stage = await openLeaseStage(postgres, 1, sql);
  try {
    await play(stage, stage.ids[0]!);
    expect(await violations(stage.pool)).toEqual([]);
  } finally {
    await stage.store.destroy();
  }
}
const remove = ({ store }: LeaseStage, id: string): Promise<boolean> => new AccountRepository(store).markDeleted(id);
const waiting =
  ({ pool }: LeaseStage, event: string) =>
  async (): Promise<number | null> => {
    const text = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = $1`;
    return (await pool.query(text, [event])).rowCount;
  };
/** A session of one’s own, in which something may stay undone. */
async function besides(stage: LeaseStage, play: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: (stage.store.options as { readonly url: string }).url });
  await client.connect();
  try {
    await play(client);
  } finally {
    await client.end();
  }
}
const told = async ({ pool }: LeaseStage): Promise<readonly string[]> =>
  (
    await pool.query<{ line: string }>(
      `SELECT (data ->> 'serviceName') || ' ' || (data ->> 'cause') AS line FROM event WHERE name = 'lease.ended' ORDER BY id`,
    )
  ).rows.map(({ line }) => line);

describe('the lease of an account that is deleted', () => {
  it('is over by the same commit: its holder is told, and what it held counts as used', () =>
    onStage(async (stage, id) => {
      await stage.allocate();
      await stage.check(id);
      expect(await remove(stage, id)).toBe(true);
      expect(await told(stage)).toEqual(['inviter deleted']);
      const { rows } = await stage.pool.query('SELECT state FROM usage_hold');
      expect(rows).toEqual([{ state: 'assumed' }]);
      expect(await stage.extend(id)).toMatchObject({ why: 'lease_over' });
      expect(await stage.release(id)).toMatchObject({ value: { released: false, end_cause: 'deleted' } });
      const ledger = await stage.ledger.list({ account_id: id, limit: 10 });
      expect(ledger.items.map(({ decision, why }) => [decision, why])).toContainEqual(['ended', 'deleted']);
      expect(await remove(stage, id)).toBe(false);
      expect(await told(stage)).toHaveLength(1);
    }));

  it('is over, too, when it was granted by a commit that the deletion had to wait for', () =>
    onStage((stage, id) =>
      besides(stage, async (client) => {
        await client.query('BEGIN');
        const ask = ['0198b3f0-0000-7000-8000-000000000001', 'shop', 'late', 'invite', null, null, 60_000];
        const values = [...ask.map((one) => [one]), [], null, null];
        expect((await client.query({ text: GRANT.text, values })).rowCount).toBe(1);
        const removed = remove(stage, id);
        await expect.poll(waiting(stage, 'transactionid'), SOON).toBe(1);
        await client.query('COMMIT');
        expect(await removed).toBe(true);
        expect(await told(stage)).toEqual(['late deleted']);
      }),
    ));

  it('is not granted by whoever began to look before, and comes to it afterwards', () => {
    const text = GRANT.text.replace(
      'FROM account_slot s',
      `FROM (SELECT pg_advisory_xact_lock(${GATE})) AS gate, account_slot s`,
    );
    expect(text).not.toBe(GRANT.text);
    return onStage(
      (stage, id) =>
        besides(stage, async (client) => {
          await client.query('SELECT pg_advisory_lock($1)', [GATE]);
          const asked = stage.allocate();
          await expect.poll(waiting(stage, 'advisory'), SOON).toBe(1);
          await remove(stage, id);
          await client.query('SELECT pg_advisory_unlock($1)', [GATE]);
          expect(await asked).toMatchObject({ why: 'no_account_free' });
          const { rows } = await stage.pool.query('SELECT id FROM lease');
          expect(rows).toEqual([]);
        }),
      { lease: { GRANT: { name: 'gated-grant', text } } },
    );
  });
});

describe('what a holder says it did', () => {
  it('is kept, also when its lease had ended by then, once, and from nobody else', () =>
    onStage(async (stage, id) => {
      const kept = async () =>
        (await stage.pool.query<{ stats: unknown }>('SELECT usage_stats AS stats FROM lease')).rows;
      await stage.allocate({ timeout_minutes: 5 });
      await stage.letPass(5 * 60_000);
      const stats = { invites_sent: 3, success: true };
      expect(await stage.release(id, { service_name: 'parser', usage_stats: stats })).toMatchObject({ ok: false });
      expect(await stage.release(id)).toMatchObject({ value: { released: false, end_cause: 'expired' } });
      expect(await kept()).toEqual([{ stats: null }]);
      expect(await stage.release(id, { usage_stats: stats })).toMatchObject({ value: { end_cause: 'expired' } });
      await stage.release(id, { usage_stats: { invites_sent: 9 } });
      expect(await kept()).toEqual([{ stats }]);
      const ledger = await stage.ledger.list({ account_id: id, limit: 10 });
      expect(ledger.items.filter(({ decision }) => decision === 'told_late')).toMatchObject([{ details: stats }]);
    }));
});
