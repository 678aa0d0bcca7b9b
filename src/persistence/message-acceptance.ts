import { createHash } from 'node:crypto';
import { type Pool } from 'pg';
import { v7 as uuidV7 } from 'uuid';
import { IDEMPOTENCY_KEY_KEPT_MS, MESSAGE_TTL_MS, OUTBOX_QUEUED_MAX } from '#libs/contracts/limits';
import { type MessageView } from '#libs/contracts/message';
import { messageEventOf } from './event-write.js';
import { MESSAGE_COLUMNS, type MessageRow, messageViewOf } from './message-row.js';

export interface NewMessage {
  readonly accountId: string;
  /** Phone or chat id, as it was given. */
  readonly to: string;
  readonly chatId: string;
  readonly text: string;
  readonly idempotencyKey: string | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type Acceptance =
  /** `created: false`: the same key came before with the same body; this is that message as it is now. */
  | { readonly created: boolean; readonly message: MessageView }
  /** The same key came before with another body. */
  | { readonly conflict: true }
  /** OUTBOX_QUEUED_MAX messages wait already. */
  | { readonly full: true }
  /** There is no such account, or it is deleted. */
  | { readonly unknownAccount: true };

/** A key can be free and taken again in between, by an expiry or a purge; more often than this, something is wrong. */
const TRIES_MAX = 5;

/** Stores a message for sending; when this has resolved, it is committed. Two calls at once with one key give one message. */
export async function acceptMessage(pool: Pool, wanted: NewMessage): Promise<Acceptance> {
  const bodyHash = createHash('sha256')
    .update(JSON.stringify([wanted.to, wanted.text]))
    .digest('hex');
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const { stored, living, full } = await insert(pool, wanted, bodyHash);
    if (stored) return { created: true, message: stored };
    if (!living) return { unknownAccount: true };
    const earlier = await findByKey(pool, wanted);
    if (earlier && isForgotten(earlier, wanted.now)) await releaseKey(pool, earlier.id);
    else if (earlier) {
      return earlier.bodyHash === bodyHash ? { created: false, message: messageViewOf(earlier) } : { conflict: true };
    } else if (full) return { full: true };
  }
  throw new Error(`no end in accepting a message of account ${wanted.accountId} under its Idempotency-Key`);
}

/**
 * One statement, so that it is committed in one round trip. FOR SHARE: once a deletion is committed nothing more is
 * accepted. The bound is checked without a lock of the queue, so calls at once may pass it by their number, which the
 * pool limits. A call with a key that another one is just storing waits for that one, and stores nothing.
 */
const INSERT = {
  name: 'message-accept',
  text: `
WITH living AS MATERIALIZED (
  SELECT id FROM account WHERE id = $2::uuid AND deleted_at IS NULL FOR SHARE
), queue AS (
  SELECT count(*) >= $9::integer AS full
  FROM (SELECT FROM message WHERE account_id = $2::uuid AND pending LIMIT $9::integer) AS waiting
), stored AS (
  INSERT INTO message (id, account_id, direction, recipient, chat_id, text, idempotency_key, body_hash, created_at, expires_at, status, pending, tries)
  SELECT $1::uuid, living.id, 'out', $3::text, $4::text, $5::text, $6::text, $7::text, to_timestamp($8::float8 / 1000), to_timestamp($10::float8 / 1000), 'queued', true, 0
  FROM living, queue WHERE NOT queue.full
  ON CONFLICT (account_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
  RETURNING ${MESSAGE_COLUMNS}
), ${messageEventOf('message.accepted', 'stored')}
SELECT EXISTS (SELECT FROM living) AS living, queue.full, stored.* FROM queue LEFT JOIN stored ON true`,
} as const;

async function insert(
  pool: Pool,
  { accountId, to, chatId, text, idempotencyKey, now }: NewMessage,
  bodyHash: string,
): Promise<{ stored: MessageView | null; living: boolean; full: boolean }> {
  const values = [
    uuidV7(),
    accountId,
    to,
    chatId,
    text,
    idempotencyKey,
    bodyHash,
    now,
    OUTBOX_QUEUED_MAX,
    now + MESSAGE_TTL_MS,
  ];
  const { rows } = await pool.query<MessageRow & { living: boolean; full: boolean; id: string | null }>({
    ...INSERT,
    values,
  });
  const row = rows[0]!;
  return { stored: row.id === null ? null : messageViewOf(row), living: row.living, full: row.full };
}

type EarlierRow = MessageRow & { readonly bodyHash: string };

async function findByKey(pool: Pool, { accountId, idempotencyKey }: NewMessage): Promise<EarlierRow | undefined> {
  if (idempotencyKey === null) return undefined;
  const { rows } = await pool.query<EarlierRow>(
    `SELECT ${MESSAGE_COLUMNS}, body_hash AS "bodyHash" FROM message WHERE account_id = $1 AND idempotency_key = $2`,
    [accountId, idempotencyKey],
  );
  return rows[0];
}

const isForgotten = ({ createdAt }: EarlierRow, now: number): boolean =>
  createdAt.getTime() < now - IDEMPOTENCY_KEY_KEPT_MS;

async function releaseKey(pool: Pool, messageId: string): Promise<void> {
  await pool.query('UPDATE message SET idempotency_key = NULL WHERE id = $1', [messageId]);
}
