import { type DataSource } from 'typeorm';
import { type Provider } from '#libs/contracts/account';
import { type OwnedAccount } from '#src/supervision/ports';
import { poolOf } from './data-source.js';
import { messageEventOf } from './event-write.js';
import { MESSAGE_COLUMNS } from './message-row.js';
import { readSnapshot } from './snapshot.repository.js';

export class OwnershipRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Takes every account of this node, or of nobody, that is not deleted, each under the next epoch. From then on nothing
   * can be written under the former ones. Those that have been in their state longest come first.
   */
  ownAll(nodeId: string): Promise<readonly OwnedAccount[]> {
    return this.#take(nodeId, `${OURS} AND a.deleted_at IS NULL`, []);
  }

  /** Takes those that were marked as deleted and not given up yet: a crash came between. */
  ownDeleted(nodeId: string): Promise<readonly OwnedAccount[]> {
    return this.#take(nodeId, `${OURS} AND a.deleted_at IS NOT NULL`, []);
  }

  /** Those that are marked as deleted and not given up yet. */
  async deletedOf(nodeId: string): Promise<readonly string[]> {
    const { rows } = await poolOf(this.dataSource).query<{ id: string }>(
      `SELECT a.id FROM account a JOIN account_ownership o ON o.account_id = a.id
      WHERE a.deleted_at IS NOT NULL AND o.node_id = $1`,
      [nodeId],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * The end of a deleted account's release: nobody owns it any more, and nothing can be written for it. What still waited
   * to be sent comes to its end with it.
   */
  async giveUp(accountId: string, nodeId: string): Promise<void> {
    await poolOf(this.dataSource).query(GIVE_UP, [accountId, nodeId, DELETED.code, DELETED.unsent, DELETED.uncertain]);
  }

  /** Takes one account. Null when it doesn't exist, is deleted, or belongs to another node. */
  async own(accountId: string, nodeId: string): Promise<OwnedAccount | null> {
    const which = `${OURS} AND a.deleted_at IS NULL AND o.account_id = $2`;
    const [owned] = await this.#take(nodeId, which, [accountId]);
    // The API works by now: a message may be accepted before anybody is there to be woken.
    return owned ? { ...owned, outboxEmpty: false } : null;
  }

  /**
   * Two statements, on purpose: the first waits for writes under the old epoch that are under way (snapshot-write.ts), but would
   * itself not see what they wrote, since a statement sees the database as it was when it began. The second does.
   */
  async #take(nodeId: string, which: string, values: readonly string[]): Promise<readonly OwnedAccount[]> {
    const pool = poolOf(this.dataSource);
    const taken = await pool.query<{ account_id: string; epoch: string }>(
      `WITH mine AS (
        SELECT o.account_id FROM account_ownership o JOIN account a ON a.id = o.account_id
        WHERE ${which}
        ORDER BY o.account_id FOR NO KEY UPDATE OF o
      )
      UPDATE account_ownership o SET epoch = o.epoch + 1, node_id = $1
      FROM mine WHERE mine.account_id = o.account_id
      RETURNING o.account_id, o.epoch`,
      [nodeId, ...values],
    );
    const { rows } = await pool.query<OwnedRow>(
      `SELECT a.id, a.provider, a.settings, o.epoch, s.snapshot, s.transition_seq, coalesce(s.entered_at, a.created_at) AS entered_at,
        NOT EXISTS (SELECT FROM message m WHERE m.account_id = a.id AND m.pending) AS outbox_empty
      FROM unnest($1::uuid[], $2::bigint[]) AS taken (account_id, epoch)
      JOIN account a ON a.id = taken.account_id
      JOIN account_ownership o ON o.account_id = taken.account_id AND o.epoch = taken.epoch
      LEFT JOIN account_snapshot s ON s.account_id = taken.account_id
      ORDER BY entered_at, a.id`,
      [taken.rows.map((row) => row.account_id), taken.rows.map((row) => row.epoch)],
    );
    return rows.map(ownedOf);
  }
}

const DELETED = {
  code: 'account_deleted',
  unsent: 'The account was deleted before this was sent.',
  uncertain: 'The account was deleted before the provider confirmed or denied this message.',
} as const;

/** $1 account, $2 its node, $3 to $5 why. What was claimed may have been handed over. */
const GIVE_UP = `
WITH gone AS (
  DELETE FROM account_ownership WHERE account_id = $1::uuid AND node_id = $2::text RETURNING account_id AS former
), changed AS (
  UPDATE message SET pending = false, error_code = $3::text,
    status = CASE status WHEN 'queued' THEN 'failed' ELSE 'uncertain' END,
    error_message = CASE status WHEN 'queued' THEN $4::text ELSE $5::text END
  FROM gone WHERE account_id = former AND pending
  RETURNING ${MESSAGE_COLUMNS}
), ${messageEventOf('message.changed')}
SELECT FROM gone`;

const OURS = '(o.node_id = $1 OR o.node_id IS NULL)';

interface OwnedRow {
  readonly id: string;
  readonly provider: Provider;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly epoch: string;
  readonly snapshot: string | null;
  readonly transition_seq: number | null;
  readonly entered_at: Date;
  readonly outbox_empty: boolean;
}

const ownedOf = (row: OwnedRow): OwnedAccount => ({
  accountId: row.id,
  provider: row.provider,
  settings: row.settings,
  epoch: Number(row.epoch),
  snapshot: row.snapshot === null ? null : readSnapshot(row.snapshot),
  transitionSeq: row.transition_seq ?? 0,
  enteredAt: row.entered_at.getTime(),
  outboxEmpty: row.outbox_empty,
});
