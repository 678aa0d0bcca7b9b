import { runMigrations } from 'graphile-worker';
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import type { DataSource } from 'typeorm';
import { JOB_CONNECTIONS_MAX, STATEMENT_MS_MAX } from '#libs/contracts/limits/runtime';

/** Any number, as long as it is ours, and not the migrations' one. */
const JOB_LOCK = 4_927_002;

/**
 * graphile-worker's own tables. They come before ours, since a trigger of ours adds jobs; whoever calls this has the
 * migration lock.
 */
export async function migrateJobs(dataSource: DataSource): Promise<void> {
  const pool = openPool(
    dataSource,
    { max: 1, statement_timeout: undefined, query_timeout: undefined },
    () => undefined,
  );
  try {
    await runMigrations({ pgPool: pool });
  } finally {
    await pool.end();
  }
}

/** The connections of whoever runs jobs: beside those of everybody else, so that neither waits for the other's. */
export interface JobDatabase {
  readonly pool: Pool;
  /**
   * The right to run the jobs of this database, which one program has at a time: null while another has it. It ends with its
   * connection, so that of a killed program with the program; `onLost` is told.
   *
   * With the right comes that jobs which are locked are nobody's: they are unlocked. graphile-worker would wait 4 hours.
   * Those in whose place another one was planned go.
   */
  lead(onLost: () => void): Promise<Lead | null>;
  close(): Promise<void>;
}
export interface Lead {
  end(): void;
}

export function openJobDatabase(dataSource: DataSource, onConnectionLost: (error: Error) => void): JobDatabase {
  const pool = openPool(dataSource, { max: JOB_CONNECTIONS_MAX }, onConnectionLost);
  return {
    pool,
    async lead(onLost) {
      const client = await pool.connect();
      try {
        const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [JOB_LOCK]);
        if (rows[0]?.mine) return await beginLead(client, onLost);
      } catch (error) {
        client.release(true);
        throw error;
      }
      client.release();
      return null;
    },
    close: () => pool.end(),
  };
}

async function beginLead(client: PoolClient, onLost: () => void): Promise<Lead> {
  await client.query(UNLOCK);
  await client.query(FORGET_REPLACED);
  let over = false;
  client.once('end', () => {
    if (!over) onLost();
  });
  return {
    end() {
      over = true;
      client.release(true); // the lock ends with its connection
    },
  };
}

const UNLOCK = `
SELECT graphile_worker.force_unlock_workers(ARRAY(
  SELECT DISTINCT locked_by FROM graphile_worker.jobs WHERE locked_by IS NOT NULL
))`;

/**
 * A job that was planned anew while it ran has lost its key and will not be tried again; with its end it goes. One whose
 * program or database died before has no end: nobody would ever take it away.
 */
const FORGET_REPLACED = `
SELECT graphile_worker.complete_jobs(ARRAY(
  SELECT id FROM graphile_worker.jobs WHERE key IS NULL AND locked_at IS NULL AND attempts >= max_attempts
))`;

function openPool(dataSource: DataSource, config: PoolConfig, onConnectionLost: (error: Error) => void): Pool {
  const { url } = dataSource.options as { readonly url?: string };
  const pool = new Pool({
    connectionString: url,
    application_name: 'muster jobs',
    connectionTimeoutMillis: CONNECTION_WAIT_MS_MAX,
    keepAlive: true,
    statement_timeout: STATEMENT_MS_MAX,
    query_timeout: STATEMENT_MS_MAX + SILENCE_EXTRA_MS,
    ...config,
  });
  pool.on('error', onConnectionLost);
  // One that is in use is told of by the statement that fails; without a listener it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** As for all other connections (data-source.ts). */
const CONNECTION_WAIT_MS_MAX = 5_000;
const SILENCE_EXTRA_MS = 2_000;
