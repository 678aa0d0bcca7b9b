import { rmSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { type DataSource } from 'typeorm';
import { createDataSource, migrate } from '#src/persistence/data-source';
import { startEmbeddedPostgres } from '#src/persistence/embedded-postgres';

/** A Postgres of its own for one test file: real, in a temporary folder, gone after `stop`. It takes about a second. */
export interface TestPostgres {
  /** An empty database, made anew, not migrated. */
  createEmptyDatabase(): Promise<string>;
  /** The url of a new database with the tables of today. */
  createDatabase(): Promise<string>;
  /** The same, opened; `stop` closes it, too. With a url: that database. */
  openStore(url?: string): Promise<DataSource>;
  /** The url of a new database with all that is in this one. It is closed: nobody may use it while it is copied. */
  copyDatabase(store: DataSource): Promise<string>;
  /** As `kill -9` does. It restarts itself. */
  kill(): void;
  stop(): Promise<void>;
}

const TEMPLATE = 'muster_template';
/** Closing idle connections takes milliseconds; a test may have left a statement that is still being carried out. */
const CLOSE_MS_MAX = 20_000;
/** A backend that was killed may still be leaving; pauses grow by 0.1 s. */
const REMOVE_TRIES_MAX = 5;

export async function startTestPostgres(): Promise<TestPostgres> {
  const root = await mkdtemp(join(tmpdir(), 'muster-test-'));
  await chmod(root, 0o755); // the server may run as another user, who must get in
  const quiet = { info: () => {}, warn: () => {} };
  const postgres = await startEmbeddedPostgres({ dir: join(root, 'postgres'), log: quiet });
  const urlOf = (database: string): string => Object.assign(new URL(postgres.url), { pathname: `/${database}` }).href;
  const opened: DataSource[] = [];
  let databases = 0;

  const open = async (url: string): Promise<DataSource> => {
    const dataSource = await createDataSource(url).initialize();
    opened.push(dataSource);
    return dataSource;
  };
  const create = async (template: string): Promise<string> => {
    const name = `test_${(databases += 1)}`;
    await administrate(postgres.url, `CREATE DATABASE ${name} TEMPLATE ${template}`);
    return urlOf(name);
  };
  // It is detached and would outlive a test run that was broken off.
  const endWithUs = (): never => {
    process.kill(postgres.pid, 'SIGQUIT');
    rmSync(root, { recursive: true, force: true });
    process.exit(143);
  };
  process.once('SIGTERM', endWithUs); // how a runner ends its workers
  const stop = async (): Promise<void> => {
    const closing = opened.filter((store) => store.isInitialized).map((store) => store.destroy());
    // A test that failed may hold a connection for ever; the server must go all the same.
    const closed = await Promise.race([
      Promise.all(closing).then(() => true),
      delay(CLOSE_MS_MAX, false, { ref: false }),
    ]);
    await postgres.stop();
    process.off('SIGTERM', endWithUs);
    await rm(root, { recursive: true, maxRetries: REMOVE_TRIES_MAX });
    if (!closed) throw new Error('a test did not give its database connections back');
  };

  try {
    await administrate(postgres.url, `CREATE DATABASE ${TEMPLATE}`);
    const template = await createDataSource(urlOf(TEMPLATE)).initialize();
    await migrate(template).finally(() => template.destroy());
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    createEmptyDatabase: () => create('template0'),
    createDatabase: () => create(TEMPLATE),
    openStore: async (url) => open(url ?? (await create(TEMPLATE))),
    copyDatabase: async (store) => {
      const original = new URL((store.options as { readonly url: string }).url).pathname.slice(1);
      await store.destroy();
      const url = await create(original);
      await store.initialize();
      return url;
    },
    kill: () => process.kill(postgres.pid, 'SIGKILL'),
    stop,
  };
}

async function administrate(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
