import { join } from 'node:path';
import { ensureBrowser } from '#libs/drivers/whatsapp/browser/browser-fetcher';
import { endLeftovers, hasLogins } from '#src/engines/leftovers';
import { migrate } from '#src/persistence/data-source';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#src/persistence/embedded-postgres';
import { releaseDeleted } from './deleted-accounts.js';
import type { Runtime } from './runtime.js';
import { startWebhooks } from './runtime.webhooks.js';
import { startUpkeep } from './upkeep.js';

/**
 * Brings an assembled runtime to life, in PRODUCT order; the DATA_DIR lock is held and the port is bound before.
 * Each step is a log line with a count. Throws when a step cannot be done; what was opened is closed by `stopRuntime`.
 */
export async function startRuntime(runtime: Runtime, opened: Opened, signal: AbortSignal): Promise<void> {
  const { log, state, config } = runtime;
  signal.throwIfAborted();
  const leftovers = endLeftovers(runtime);
  // An engine host needs half a second to load, and sessions can't be opened before: it loads beside the database's start.
  const warmed = leftovers.then(() => {
    if (config.autoRestore && hasLogins(runtime.sessionsDir) && !signal.aborted) runtime.hosts.warm();
  });
  warmed.catch(() => undefined); // told below
  await openStore(runtime, opened, signal);
  signal.throwIfAborted();

  const { survivors, ...ended } = await leftovers;
  log.info({ step: 2, ...ended }, 'leftovers of a dead run ended');
  if (survivors.length > 0) log.error({ survivors }, 'processes of a dead run could not be ended, even by force');
  signal.throwIfAborted();

  const settled = await adoptAccounts(runtime);
  signal.throwIfAborted();
  log.info({ step: 3, settled }, 'half-way accounts came to rest');
  const restoring = await runtime.accounts.restore(config.autoRestore);
  state.setPhase('restoring');
  log.info({ step: 4, restoring }, config.autoRestore ? 'restoring accounts in the background' : 'AUTO_RESTORE is off');
  await releaseDeleted(runtime);
  signal.throwIfAborted(); // what is opened from here on, a stop that has begun would not close
  opened.endWebhooks = startWebhooks(runtime);
  opened.endUpkeep = startUpkeep(runtime);
  opened.browserSearch = searchBrowser(runtime, signal);
  state.setPhase('running');
}

/** What a start has opened so far, for the stop to close. */
export interface Opened {
  postgres?: EmbeddedPostgres;
  endUpkeep?: () => Promise<void>;
  endWebhooks?: () => Promise<void>;
  /** Settles soon after the start's signal was aborted. */
  browserSearch?: Promise<void>;
}

async function openStore(runtime: Runtime, opened: Opened, signal: AbortSignal): Promise<void> {
  const { config, log, dataSource, eventLog, state, watches } = runtime;
  const url = config.databaseUrl ?? (await startPostgres(runtime, opened, signal)).url;
  dataSource.setOptions({ url });
  await dataSource.initialize();
  const applied = await migrate(dataSource);
  await eventLog.begin();
  state.addReadinessPart({
    name: 'database',
    async check() {
      await watches.database.during(() => dataSource.query('SELECT 1'));
      return { status: 'up' };
    },
  });
  watches.database.up();
  watches.recorder.up();
  log.info({ step: 1, migrations: applied.length, embedded: config.databaseUrl === null }, 'the database is up');
}

async function startPostgres(
  { config, log, watches }: Runtime,
  opened: Opened,
  signal: AbortSignal,
): Promise<EmbeddedPostgres> {
  opened.postgres = await startEmbeddedPostgres({
    dir: join(config.dataDir, 'postgres'),
    log: { info: (text) => log.info(text), warn: (text) => log.warn(text) },
    onDown: (how) => {
      watches.database.down(how);
      log.error({ how }, 'the embedded Postgres went away; it is being restarted');
    },
    onUp: () => {
      watches.database.up();
      log.info('the embedded Postgres is back');
    },
    signal,
  });
  watches.postgres = opened.postgres;
  return opened.postgres;
}

/** Takes over what this node owns, under new epochs, and lets half-way states come to rest. Answers how many did. */
async function adoptAccounts({ simulated, ownership, accounts, nodeId, config, log }: Runtime): Promise<number> {
  await simulated.load();
  const left = accounts.adopt(await ownership.ownAll(nodeId));
  for (const { accountId, provider } of left)
    log.warn({ accountId, provider }, 'this account’s provider cannot run here');
  return accounts.settle(config.autoRestore);
}

/** In the background, since fetching one takes minutes: everything but WhatsApp works meanwhile. */
async function searchBrowser({ config, log }: Runtime, signal: AbortSignal): Promise<void> {
  const found = await ensureBrowser({ dataDir: config.dataDir, browser: config, log, signal });
  if (found.ok) log.info({ path: found.path }, 'the browser for WhatsApp accounts');
  else if (!signal.aborted) log.warn(found.why);
}
