import { type Pool } from 'pg';
import { DataSource } from 'typeorm';
import { FirstSchema1795219200000 } from '#migrations/1795219200000-first-schema';
import { MessageContents1795260000000 } from '#migrations/1795260000000-message-contents';
import { EventLog1795260060000 } from '#migrations/1795260060000-event-log';
import { Webhooks1795260120000 } from '#migrations/1795260120000-webhooks';
import { Inbox1795260180000 } from '#migrations/1795260180000-inbox';
import { StepInput1795260240000 } from '#migrations/1795260240000-step-input';
import { AccountManager1795260300000 } from '#migrations/1795260300000-account-manager';
import { MessageFence1795260360000 } from '#migrations/1795260360000-message-fence';
import { LeaseNews1795260420000 } from '#migrations/1795260420000-lease-news';
import { LeaseOffers1795260480000 } from '#migrations/1795260480000-lease-offers';
import { LedgerFilters1795260540000 } from '#migrations/1795260540000-ledger-filters';
import { STATEMENT_MS_MAX } from '#libs/contracts/limits/runtime';
import { AccountEntity } from './account.entity.js';
import { ChatCursorEntity } from './chat-cursor.entity.js';
import { EarlyChangeEntity } from './early-change.entity.js';
import { EventEntity } from './event.entity.js';
import { EventLogEntity } from './event-log.entity.js';
import { migrateJobs } from './job-database.js';
import { GroupChangeEntity } from './group-change.entity.js';
import { ChannelLockEntity } from './leasing/channel-lock.entity.js';
import { ChannelStopEntity } from './leasing/channel-stop.entity.js';
import { CounterEntity } from './leasing/counter.entity.js';
import { LeaseEntity } from './leasing/lease.entity.js';
import { LedgerEntity } from './leasing/ledger.entity.js';
import { LimitRuleEntity } from './leasing/limit-rule.entity.js';
import { SlotEntity } from './leasing/slot.entity.js';
import { TargetRefusalEntity } from './leasing/target-refusal.entity.js';
import { UsageHoldEntity } from './leasing/usage-hold.entity.js';
import { MediaEntity } from './media.entity.js';
import { MessageEntity } from './message.entity.js';
import { OwnershipEntity } from './ownership.entity.js';
import { SnapshotEntity } from './snapshot.entity.js';
import { TransitionEntity } from './transition.entity.js';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import { WebhookEntity } from './webhook.entity.js';

/** Statements of ours at once. More than a few times the database's cores only makes each of them slower. */
const CONNECTIONS_MAX = 10;
/** For a free connection, or a new one: a healthy database has one in milliseconds. */
const CONNECTION_WAIT_MS_MAX = 5_000;
/** The server ends a slow statement by itself; this much later we stop waiting for a server that says nothing at all. */
const SILENCE_MS_MAX = STATEMENT_MS_MAX + 2_000;
const MIGRATIONS_TABLE = 'schema_migration';
/** Any number, as long as it is ours: two nodes that start together migrate one after the other. */
const MIGRATION_LOCK = 4_927_001;

/** The database was written by a newer version of this program. */
export class NewerDatabaseError extends Error {
  constructor(readonly unknownMigrations: readonly string[]) {
    super(
      `the database was migrated by a newer version of Muster (it has ${unknownMigrations.join(', ')}): ` +
        'start that version, or restore a backup made by this one',
    );
    this.name = 'NewerDatabaseError';
  }
}

/** Not connected yet: `initialize()` opens the pool, `destroy()` closes it. Lost connections are replaced, never thrown. */
export function createDataSource(url: string, onConnectionLost: (error: Error) => void = () => {}): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'muster',
    entities: [
      AccountEntity,
      OwnershipEntity,
      SnapshotEntity,
      TransitionEntity,
      MessageEntity,
      MediaEntity,
      ChatCursorEntity,
      EarlyChangeEntity,
      GroupChangeEntity,
      EventEntity,
      EventLogEntity,
      WebhookEntity,
      WebhookDeliveryEntity,
      SlotEntity,
      CounterEntity,
      LeaseEntity,
      UsageHoldEntity,
      ChannelLockEntity,
      ChannelStopEntity,
      TargetRefusalEntity,
      LimitRuleEntity,
      LedgerEntity,
    ],
    migrations: [
      FirstSchema1795219200000,
      MessageContents1795260000000,
      EventLog1795260060000,
      Webhooks1795260120000,
      Inbox1795260180000,
      StepInput1795260240000,
      AccountManager1795260300000,
      MessageFence1795260360000,
      LeaseNews1795260420000,
      LeaseOffers1795260480000,
      LedgerFilters1795260540000,
    ],
    migrationsTableName: MIGRATIONS_TABLE,
    installExtensions: false,
    logging: false,
    poolSize: CONNECTIONS_MAX,
    connectTimeoutMS: CONNECTION_WAIT_MS_MAX,
    poolErrorHandler: onConnectionLost,
    extra: {
      statement_timeout: STATEMENT_MS_MAX,
      idle_in_transaction_session_timeout: STATEMENT_MS_MAX,
      query_timeout: SILENCE_MS_MAX,
      keepAlive: true,
    },
  });
}

/**
 * The pool below TypeORM, for the statements that run often: prepared once per connection, and their errors don't carry
 * the parameters, which would bring message texts into the log (TypeORM's do).
 */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { readonly master: Pool }).master;
}

/**
 * Applies what is missing, each migration in its own transaction. Throws NewerDatabaseError. Answers the names applied.
 * By connections of its own: a migration, or waiting for another node's, may take as long as a large table needs.
 */
export async function migrate(dataSource: DataSource): Promise<readonly string[]> {
  const unhurried = await new DataSource({
    ...dataSource.options,
    extra: { keepAlive: true },
  }).initialize();
  try {
    const lock = await poolOf(unhurried).connect();
    lock.on('error', () => {}); // a lost connection is told by the statement that needs it
    try {
      await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
      await refuseNewer(unhurried);
      await migrateJobs(unhurried);
      const applied = await unhurried.runMigrations({ transaction: 'each' });
      return applied.map(({ name }) => name);
    } finally {
      lock.release(true); // the lock ends with its connection
    }
  } finally {
    await unhurried.destroy();
  }
}

async function refuseNewer(dataSource: DataSource): Promise<void> {
  const pool = poolOf(dataSource);
  const there = await pool.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [MIGRATIONS_TABLE]);
  if (!there.rows[0]?.found) return;
  const { rows } = await pool.query<{ name: string }>(`SELECT name FROM ${MIGRATIONS_TABLE} ORDER BY id`);
  const known = new Set(dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name));
  const unknown = rows.map(({ name }) => name).filter((name) => !known.has(name));
  if (unknown.length > 0) throw new NewerDatabaseError(unknown);
}
