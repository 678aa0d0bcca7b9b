import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { POSTGRES_ROLE } from '#src/persistence/postgres-data';
import type { Fleet } from './fleet.js';

const INSERT_MS = 3_000;

/**
 * How many pairs of a history row and a snapshot row plain `pg` writes a second, in batches of this size, one batch at a
 * time, in the runtime's own Postgres: no check of an epoch, no conflict, nothing else to do. What a recorder cannot beat.
 */
export async function benchBareInsert({ runtime }: Fleet, batch: number, signal: AbortSignal): Promise<number> {
  const client = new Client({ connectionString: await postgresOf(runtime.dataDir) });
  await client.connect();
  try {
    for (const table of ['account_transition', 'account_snapshot'])
      await client.query(`CREATE TABLE bench_${table} (LIKE ${table} INCLUDING STORAGE INCLUDING DEFAULTS)`);
    await client.query('ALTER TABLE bench_account_transition ADD PRIMARY KEY (account_id, seq)');
    const { rows } = await client.query<{ snapshot: string }>('SELECT snapshot FROM account_snapshot LIMIT 1');
    const snapshots = Array<string>(batch).fill(rows[0]!.snapshot);
    const ids = Array.from({ length: batch }, () => crypto.randomUUID());
    const beganAt = performance.now();
    let written = 0;
    for (let seq = 1; performance.now() - beganAt < INSERT_MS && !signal.aborted; seq += 1) {
      await client.query({ name: 'bare', text: BARE, values: [ids, snapshots, seq] });
      written += batch;
    }
    return (written / (performance.now() - beganAt)) * 1000;
  } finally {
    await client.query('DROP TABLE IF EXISTS bench_account_transition, bench_account_snapshot');
    await client.end();
  }
}

const BARE = `
WITH entry AS (SELECT * FROM unnest($1::uuid[], $2::text[]) AS e (account_id, snapshot)),
history AS (
  INSERT INTO bench_account_transition (account_id, seq, at, from_state, to_state, event, cause, incarnation, epoch, held_ms)
  SELECT account_id, $3::integer, now(), 'CONNECTING.launching', 'AUTHENTICATING.syncing', 'driver.scanned', NULL, 1, 1, 20
  FROM entry
)
INSERT INTO bench_account_snapshot (
  account_id, epoch, write_order, written_at, snapshot, status, detail, desired, phone, since, restart_count, entered_at,
  transition_seq
)
SELECT account_id, 1, $3, now(), snapshot, 'AUTHENTICATING', 'AUTHENTICATING.syncing', 'CONNECTED', '+999000000000000',
  now(), 0, now(), $3
FROM entry`;

async function postgresOf(dataDir: string): Promise<string> {
  const password = (await readFile(join(dataDir, 'postgres', 'password'), 'utf8')).trim();
  const port = (await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n')[3];
  return `postgres://${POSTGRES_ROLE}:${password}@127.0.0.1:${port}/postgres`;
}
