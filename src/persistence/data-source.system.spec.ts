import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { createDataSource, migrate, NewerDatabaseError, poolOf } from './data-source.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe('migrations', () => {
  it('are applied once, even by two programs that start together', async () => {
    const url = await postgres.createEmptyDatabase();
    const programs = await Promise.all([createDataSource(url).initialize(), createDataSource(url).initialize()]);
    const applied = await Promise.all(programs.map(migrate));
    expect(applied.flat()).toEqual([
      'FirstSchema1795219200000',
      'MessageContents1795260000000',
      'EventLog1795260060000',
      'Webhooks1795260120000',
      'Inbox1795260180000',
      'StepInput1795260240000',
      'AccountManager1795260300000',
      'MessageFence1795260360000',
      'LeaseNews1795260420000',
      'LeaseOffers1795260480000',
      'LedgerFilters1795260540000',
    ]);
    expect(await migrate(programs[0])).toEqual([]);
    await Promise.all(programs.map((program) => program.destroy()));
  });

  it('make exactly the tables that the entities describe', async () => {
    const store = await postgres.openStore();
    const { upQueries } = await store.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('can be reverted and applied again', async () => {
    const store = await postgres.openStore();
    const all = store.migrations.length;
    for (let undone = 0; undone < all; undone += 1) await store.undoLastMigration();
    expect(await migrate(store)).toHaveLength(all);
    expect((await store.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
  });

  it('of a newer version are not touched: the start is refused and names them', async () => {
    const store = await postgres.openStore();
    await poolOf(store).query(`INSERT INTO schema_migration (timestamp, name) VALUES (1, 'Later1999999999999')`);
    const refusal = await migrate(store).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(NewerDatabaseError);
    expect((refusal as Error).message).toContain('Later1999999999999');
  });

  it('may wait and take longer than any other statement', async () => {
    const STATEMENT_MS = 100;
    const limits = { statement_timeout: STATEMENT_MS, query_timeout: STATEMENT_MS };
    const store = await createDataSource(await postgres.createDatabase()).initialize();
    // From here on; what TypeORM asks when it begins may take longer on a busy machine.
    await poolOf(store).query(`SET statement_timeout = ${STATEMENT_MS}`);
    Object.assign(poolOf(store).options, limits);
    store.setOptions({ extra: limits });
    const others = poolOf(await postgres.openStore((store.options as { readonly url: string }).url));
    const holder = await others.connect();
    await holder.query('BEGIN; LOCK TABLE schema_migration');
    const migrated = migrate(store);
    const waits = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%schema_migration%'`;
    await expect.poll(async () => (await others.query(waits)).rowCount).toBe(1);
    await holder.query('SELECT pg_sleep($1::float8 / 1000)', [STATEMENT_MS * 3]);
    await holder.query('COMMIT');
    holder.release();
    expect(await migrated).toEqual([]);
    await store.destroy();
  });
});

describe('a lost connection', () => {
  it('is told, harms nobody, and is replaced', async () => {
    const lost: Error[] = [];
    const store = await createDataSource(await postgres.createDatabase(), (error) => lost.push(error)).initialize();
    const pool = poolOf(store);
    const gone = new Promise((resolve) => pool.once('remove', resolve));
    const killer = await pool.connect();
    await pool.query('SELECT 1'); // a second connection, idle from now on
    await killer.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    killer.release();
    await gone;
    expect(lost).toHaveLength(1);
    expect((await pool.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await store.destroy();
  });

  it('does not bring the parameters of a statement into its error', async () => {
    const store = await postgres.openStore();
    const error: unknown = await poolOf(store)
      .query('SELECT $1::integer', ['secret text'])
      .catch((reason: unknown) => reason);
    expect(Object.keys(error as object)).not.toContain('parameters');
  });
});
