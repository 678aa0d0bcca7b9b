import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';

export interface StoreSize {
  readonly rows: Readonly<Record<string, number>>;
  readonly mb: number;
}

/** Longer than a look takes with millions of rows; a Postgres that is away or frozen is asked again at the next look. */
const ANSWER_MS_MAX = 5_000;

/** Of the embedded Postgres in a DATA_DIR; null while it doesn't answer. */
export async function readStoreSize(dataDir: string): Promise<StoreSize | null> {
  try {
    const client = new Client({
      connectionString: await embeddedUrl(dataDir),
      connectionTimeoutMillis: ANSWER_MS_MAX,
      query_timeout: ANSWER_MS_MAX,
    });
    client.on('error', () => undefined); // told by the query that meets it
    try {
      await client.connect();
      return { rows: await countRows(client), mb: await sizeOf(client) };
    } finally {
      await client.end();
    }
  } catch {
    return null; // killed or frozen just now: that is what is played
  }
}

/** The fourth line of postmaster.pid is the port. */
async function embeddedUrl(dataDir: string): Promise<string> {
  const folder = join(dataDir, 'postgres');
  const port = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[3]!;
  const password = (await readFile(join(folder, 'password'), 'utf8')).trim();
  return `postgres://muster:${password}@127.0.0.1:${port}/postgres`;
}

async function countRows(client: Client): Promise<StoreSize['rows']> {
  const tables = await client.query<{ readonly name: string; readonly table: string }>(
    `SELECT relname AS name, format('%I.%I', nspname, relname) AS table FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind = 'r' AND nspname IN ('public', 'graphile_worker') ORDER BY 1`,
  );
  const counts: Record<string, number> = {};
  for (const { name, table } of tables.rows) {
    const { rows } = await client.query<{ readonly count: string }>(`SELECT count(*) FROM ${table}`);
    counts[name] = Number(rows[0]!.count);
  }
  return counts;
}

async function sizeOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ readonly bytes: string }>(
    'SELECT pg_database_size(current_database()) AS bytes',
  );
  return Number(rows[0]!.bytes) / 2 ** 20;
}
