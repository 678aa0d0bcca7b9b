import { type DataSource } from 'typeorm';
import { type MessageView } from '#libs/contracts/message';
import { type OutboxPause } from '#libs/contracts/outbox';
import { poolOf } from './data-source.js';
import { eventOf, messageEventOf } from './event-write.js';
import { MESSAGE_COLUMNS, type MessageRow, messageViewOf } from './message-row.js';

export interface StoredOutbox {
  readonly pausedBy: OutboxPause | null;
  readonly pausedAt: string | null;
  readonly waiting: number;
  readonly oldestAt: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Messages given up by one statement: far within STATEMENT_MS_MAX. */
const GIVEN_UP_MAX = 1_000;

/** Outboxes as a whole, by what a person says of them. Times given are milliseconds since 1970. */
export class OutboxRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Null when there is no such account. */
  async show(accountId: string): Promise<StoredOutbox | null> {
    const { rows } = await poolOf(this.dataSource).query<OutboxRow>({ ...SHOW, values: [accountId] });
    const [row] = rows;
    if (!row) return null;
    const { pausedBy, pausedAt, waiting, oldestAt, settings } = row;
    return {
      pausedBy,
      pausedAt: pausedBy === null ? null : (pausedAt?.toISOString() ?? null),
      waiting,
      oldestAt: oldestAt?.toISOString() ?? null,
      settings,
    };
  }

  /** True when it was not paused before. */
  async pause(accountId: string, at: number): Promise<boolean> {
    const { rowCount } = await poolOf(this.dataSource).query({ ...PAUSE, values: [accountId, at] });
    return rowCount === 1;
  }

  /** Who had paused it; null when it was not. That it was said is remembered: what waits is wanted, however old. */
  async resume(accountId: string, at: number): Promise<OutboxPause | null> {
    const { rows } = await poolOf(this.dataSource).query<{ by: OutboxPause | null }>({
      ...RESUME,
      values: [accountId, at],
    });
    return rows[0]?.by ?? null;
  }

  /** The place of the last one that waits now; null when nothing does. */
  async newestWaiting(accountId: string): Promise<string | null> {
    const { rows } = await poolOf(this.dataSource).query<{ ordinal: string | null }>(
      'SELECT max(ordinal) AS ordinal FROM message WHERE account_id = $1 AND pending',
      [accountId],
    );
    return rows[0]?.ordinal ?? null;
  }

  /**
   * Gives up what waits up to this place, at most GIVEN_UP_MAX at a time. Answers what was given up; nothing when there is
   * no more. What may have been handed over stays.
   */
  async giveUp(accountId: string, newest: string): Promise<readonly MessageView[]> {
    const { rows } = await poolOf(this.dataSource).query<MessageRow>({
      ...GIVE_UP,
      values: [accountId, newest, GIVEN_UP_MAX, STALE.code, STALE.message],
    });
    return rows.map(messageViewOf);
  }
}

const STALE = { code: 'stale', message: 'Given up when the outbox was resumed: it had waited too long.' } as const;

interface OutboxRow {
  readonly pausedBy: OutboxPause | null;
  readonly pausedAt: Date | null;
  readonly waiting: number;
  readonly oldestAt: Date | null;
  readonly settings: Readonly<Record<string, unknown>>;
}

const SHOW = {
  name: 'outbox-show',
  text: `
SELECT a.outbox_paused_by AS "pausedBy", a.outbox_paused_at AS "pausedAt", a.settings, q.waiting, q.oldest AS "oldestAt"
FROM account a, LATERAL (
  SELECT count(*)::integer AS waiting, min(created_at) AS oldest FROM message WHERE account_id = a.id AND pending
) AS q
WHERE a.id = $1::uuid AND a.deleted_at IS NULL`,
} as const;

const PAUSE = {
  name: 'outbox-pause',
  text: `
WITH paused AS (
  UPDATE account SET outbox_paused_by = 'person', outbox_paused_at = to_timestamp($2::float8 / 1000)
  WHERE id = $1::uuid AND deleted_at IS NULL AND outbox_paused_by IS NULL
  RETURNING id
), ${eventOf('outbox.paused', { from: 'paused', accountId: 'id', data: `'{"by": "person"}'::json` })}
SELECT id FROM paused`,
} as const;

const RESUME = {
  name: 'outbox-resume',
  text: `
WITH before AS (
  SELECT id AS resumed_id, outbox_paused_by AS by FROM account WHERE id = $1::uuid AND deleted_at IS NULL FOR NO KEY UPDATE
), resumed AS (
  UPDATE account SET outbox_paused_by = NULL, outbox_paused_at = to_timestamp($2::float8 / 1000)
  FROM before WHERE id = resumed_id
), told AS (
  SELECT * FROM before WHERE by IS NOT NULL
), ${eventOf('outbox.resumed', { from: 'told', accountId: 'resumed_id', data: `json_build_object('by', by)` })}
SELECT by FROM before`,
} as const;

/** $2 the newest of them, $3 at most so many, $4 and $5 why. */
const GIVE_UP = {
  name: 'outbox-give-up',
  text: `
WITH changed AS (
  UPDATE message SET status = 'failed', pending = false, error_code = $4::text, error_message = $5::text
  WHERE status = 'queued' AND id = ANY (ARRAY(
    SELECT id FROM message
    WHERE account_id = $1::uuid AND pending AND status = 'queued' AND ordinal <= $2::bigint LIMIT $3::integer
  ))
  RETURNING ${MESSAGE_COLUMNS}
), ${messageEventOf('message.changed')}
SELECT * FROM changed`,
} as const;
