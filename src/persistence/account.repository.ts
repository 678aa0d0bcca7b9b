import { type DataSource } from 'typeorm';
import { type listAccountsSchema, type PatchAccount, type Provider, type StoredAccount } from '#libs/contracts/account';
import { type Page } from '#libs/contracts/page';
import { type OutputOf } from '#libs/contracts/parse';
import { AccountEntity } from './account.entity.js';
import { type AccountRow, accountViewOf } from './account-view.js';
import { poolOf } from './data-source.js';
import { eventOf } from './event-write.js';
import { closeSlot } from './leasing/deleted-slot.js';
import { inTransaction } from './leasing/transaction.js';
import { OwnershipEntity } from './ownership.entity.js';
import { SnapshotEntity } from './snapshot.entity.js';

export interface NewAccount {
  /** UUIDv7: lists are ordered by it. */
  readonly id: string;
  readonly label: string;
  readonly provider: Provider;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The node that is to own it. */
  readonly nodeId: string;
}

/** Accounts as they are committed. Those marked as deleted are invisible to all but `purgeDeleted`. */
export class AccountRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Stores the account with its ownership under epoch 0; the first owner takes it under epoch 1. */
  async create({ id, label, provider, settings, nodeId }: NewAccount): Promise<StoredAccount> {
    const values = [id, label, provider, JSON.stringify(settings), nodeId];
    const { rows } = await poolOf(this.dataSource).query<CreatedRow>(CREATE, values);
    // As it was made, not as it is by now: whoever saw it in a list may have deleted it already.
    const { createdAt, ...stored } = rows[0]!;
    const times = { createdAt, updatedAt: createdAt, deletedAt: null };
    return accountViewOf({ id, label, provider, ...stored, ...times, ownership: { nodeId } } as AccountRow);
  }

  async find(id: string): Promise<StoredAccount | null> {
    const row = await this.#visible().andWhere('account.id = :id', { id }).getOne();
    return row && accountViewOf(row);
  }

  /** In the order of creation. */
  async list(query: OutputOf<typeof listAccountsSchema>): Promise<Page<StoredAccount>> {
    const select = this.#visible();
    if (query.cursor) select.andWhere('account.id > :cursor', { cursor: query.cursor });
    if (query.provider) select.andWhere('account.provider = :provider', { provider: query.provider });
    if (query.status) select.andWhere("coalesce(snapshot.status, 'DISCONNECTED') = :status", { status: query.status });
    // strpos and not LIKE: % and _ are letters like any other
    if (query.label) select.andWhere('strpos(lower(account.label), lower(:label)) > 0', { label: query.label });
    const rows = await select
      .orderBy('account.id')
      .limit(query.limit + 1)
      .getMany();
    const items = rows.slice(0, query.limit).map((row) => accountViewOf(row as AccountRow));
    return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** Settings are replaced as a whole. Null when there is no such account. */
  async patch(id: string, { label, settings }: PatchAccount): Promise<StoredAccount | null> {
    const values = [id, label ?? null, settings ? JSON.stringify(settings) : null];
    await poolOf(this.dataSource).query(PATCH, values);
    return this.find(id);
  }

  /**
   * From now on it accepts nothing, is leased to nobody and restored no more; its owner may still write until its session
   * is closed. Whoever holds its lease holds it no more, by the same commit.
   */
  async markDeleted(id: string): Promise<boolean> {
    return inTransaction(poolOf(this.dataSource), async (client) => {
      const { rowCount } = await client.query(MARK_DELETED, [id]);
      if (rowCount === 1) await closeSlot(client, id);
      return rowCount === 1;
    });
  }

  /**
   * Removes, with history and messages, accounts that were deleted more than so many days ago, at most
   * PURGED_ACCOUNTS_MAX. Answers their ids; when it answers fewer than that, nothing is left to do.
   */
  async purgeDeleted(olderThanDays: number): Promise<readonly string[]> {
    const pool = poolOf(this.dataSource);
    const { rows } = await pool.query<{ id: string }>(
      'SELECT id FROM account WHERE deleted_at < now() - make_interval(days => $1) ORDER BY deleted_at LIMIT $2',
      [olderThanDays, PURGED_ACCOUNTS_MAX],
    );
    for (const { id } of rows) {
      for (const [table, whose] of PURGED_FIRST) {
        const some = `SELECT ctid FROM ${table} WHERE ${whose} LIMIT ${PURGED_ROWS_MAX}`;
        const purge = (): Promise<{ rowCount: number | null }> =>
          pool.query(`DELETE FROM ${table} WHERE ctid = ANY (ARRAY(${some}))`, [id]);
        while ((await purge()).rowCount === PURGED_ROWS_MAX);
      }
      await pool.query('DELETE FROM account WHERE id = $1', [id]);
    }
    return rows.map(({ id }) => id);
  }

  #visible() {
    return this.dataSource
      .getRepository(AccountEntity)
      .createQueryBuilder('account')
      .leftJoinAndMapOne('account.ownership', OwnershipEntity, 'ownership', 'ownership.accountId = account.id')
      .leftJoinAndMapOne('account.snapshot', SnapshotEntity, 'snapshot', 'snapshot.accountId = account.id')
      .where('account.deletedAt IS NULL');
  }
}

/** Accounts of one purge, so that it ends within seconds. */
export const PURGED_ACCOUNTS_MAX = 100;
/** Rows removed by one statement: far within STATEMENT_MS_MAX, and others get their turn in between. */
const PURGED_ROWS_MAX = 10_000;

/** Tables with many rows of one account ($1), a part at a time; the rest goes with the account. */
const PURGED_FIRST = [
  ['message', 'account_id = $1'],
  ['media', 'account_id = $1'],
  ['account_transition', 'account_id = $1'],
  ['group_change', 'account_id = $1'],
  ['usage_hold', 'account_id = $1'],
  ['lease', 'account_id = $1'],
  ['webhook_delivery', 'webhook_id IN (SELECT id FROM webhook WHERE account_id = $1)'],
] as const;

/** What an event tells of an account itself. Settings stay out: those of a provider may hold a password. */
const told = (name: 'account.created' | 'account.updated' | 'account.deleted'): string =>
  eventOf(name, {
    from: 'changed',
    accountId: 'id',
    data: `json_build_object('label', label, 'provider', provider)`,
  });

const CREATE = `
WITH changed AS (
  INSERT INTO account (id, label, provider, settings, created_at, updated_at)
  VALUES ($1::uuid, $2::text, $3::text, $4::jsonb, now(), now())
  RETURNING id, label, provider, settings, created_at
), owner AS (
  INSERT INTO account_ownership (account_id, node_id, epoch) SELECT id, $5::text, 0 FROM changed
), ${told('account.created')}
SELECT settings, created_at AS "createdAt" FROM changed`;

interface CreatedRow {
  readonly settings: StoredAccount['settings'];
  readonly createdAt: Date;
}

/** $2 and $3: null leaves the label, the settings as they are. */
const PATCH = `
WITH changed AS (
  UPDATE account SET label = coalesce($2::text, label), settings = coalesce($3::jsonb, settings), updated_at = now()
  WHERE id = $1::uuid AND deleted_at IS NULL
  RETURNING id, label, provider
), ${told('account.updated')}
SELECT FROM changed`;

const MARK_DELETED = `
WITH changed AS (
  UPDATE account SET deleted_at = now(), updated_at = now() WHERE id = $1::uuid AND deleted_at IS NULL
  RETURNING id, label, provider
), ${told('account.deleted')}
SELECT FROM changed`;
