import { messageEventOf } from './event-write.js';
import { leaseBarOf } from './leasing/lease-bar.js';
import { MESSAGE_COLUMNS, type MessageRow } from './message-row.js';
import { type NewMessage } from './new-message.js';
import { storable } from './snapshot-write.js';

/**
 * One statement, so that it is committed in one round trip. FOR SHARE: once a deletion is committed nothing more is
 * accepted; in the order of ids, as everywhere. A row with a key that another statement is just storing waits for that one,
 * and stores nothing. Ordinals follow the order of the rows. While an account is leased only what comes with the fence of
 * that lease is stored, unless something bars it (lease-bar.ts); no lock is needed for it, since whoever claims a message to hand it over looks again.
 */
export const ACCEPT = {
  name: 'message-accept',
  text: `
WITH wanted AS (
  SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::uuid[], $10::uuid[],
    $11::text[], $12::text[], $13::float8[], $14::float8[], $15::bigint[]
  ) WITH ORDINALITY AS w (
    new_id, for_account, new_kind, recipient, chat_id, text, content, media_id, target_id, reply_to, idempotency_key,
    body_hash, accepted_at, expires_at, fence, place
  )
), leased AS MATERIALIZED (
  SELECT w.new_id AS leased_id, s.fence AS live_fence, CASE WHEN w.fence = s.fence THEN ${leaseBarOf('s', 'w.recipient', 'w.chat_id')} END AS bar
  FROM wanted w JOIN account_slot s ON s.account_id = w.for_account AND s.expires_at > clock_timestamp()
), living AS MATERIALIZED (
  SELECT a.id AS account FROM account a WHERE a.id = ANY ($2::uuid[]) AND deleted_at IS NULL ORDER BY a.id FOR SHARE
), stored AS (
  INSERT INTO message (
    id, account_id, direction, kind, recipient, chat_id, text, content, media_id, media_state, target_id, reply_to,
    idempotency_key, body_hash, created_at, expires_at, fence, status, pending, tries
  )
  SELECT new_id, account, 'out', new_kind, recipient, chat_id, text, content::jsonb, media_id,
    CASE WHEN media_id IS NOT NULL THEN 'stored' END, target_id, reply_to, idempotency_key, body_hash,
    to_timestamp(accepted_at / 1000), to_timestamp(expires_at / 1000), fence, 'queued', true, 0
  FROM wanted JOIN living ON account = for_account LEFT JOIN leased ON leased_id = new_id
  WHERE fence IS NOT DISTINCT FROM live_fence AND bar IS NULL ORDER BY place
  ON CONFLICT (account_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
  RETURNING ${MESSAGE_COLUMNS}
), ${messageEventOf('message.accepted', 'stored')}
SELECT new_id AS id, account IS NOT NULL AS living, stored.id IS NOT NULL AS stored, fence IS DISTINCT FROM live_fence AS fenced, bar
FROM wanted LEFT JOIN living ON account = for_account LEFT JOIN leased ON leased_id = new_id LEFT JOIN stored ON stored.id = new_id`,
} as const;

interface Entry {
  readonly id: string;
  readonly wanted: NewMessage;
}

export function acceptValues(batch: readonly Entry[]): unknown[] {
  const column = (of: (entry: Entry) => unknown): unknown[] => batch.map(of);
  return [
    column(({ id }) => id),
    column(({ wanted }) => wanted.accountId),
    column(({ wanted }) => wanted.kind),
    column(({ wanted }) => storable(wanted.to)),
    column(({ wanted }) => storable(wanted.chatId)),
    column(({ wanted }) => storable(wanted.text)),
    column(({ wanted }) => (wanted.content === null ? null : jsonOf(wanted.content))),
    column(({ wanted }) => wanted.mediaId),
    column(({ wanted }) => wanted.targetId),
    column(({ wanted }) => wanted.replyTo),
    column(({ wanted }) => wanted.idempotencyKey),
    column(({ wanted }) => wanted.bodyHash),
    column(({ wanted }) => wanted.now),
    column(({ wanted }) => wanted.expiresAt),
    column(({ wanted }) => wanted.fence),
  ];
}

/** The row as it is stored: what was just written need not be read back. */
export function acceptedRowOf(id: string, wanted: NewMessage): MessageRow {
  return {
    id,
    accountId: wanted.accountId,
    direction: 'out',
    to: storable(wanted.to),
    from: null,
    chatId: storable(wanted.chatId),
    kind: wanted.kind,
    text: storable(wanted.text),
    content: wanted.content === null ? null : (JSON.parse(jsonOf(wanted.content)) as MessageRow['content']),
    mediaId: wanted.mediaId,
    mediaState: wanted.mediaId === null ? null : 'stored',
    targetId: wanted.targetId,
    replyTo: wanted.replyTo,
    reactions: null,
    editedAt: null,
    revokedAt: null,
    status: 'queued',
    providerMessageId: null,
    errorCode: null,
    errorMessage: null,
    createdAt: new Date(wanted.now),
    expiresAt: new Date(wanted.expiresAt),
    sentAt: null,
    deliveredAt: null,
    readAt: null,
  };
}

/** Of texts that jsonb takes: it refuses a NUL, and half of a surrogate pair. */
const jsonOf = (content: object): string =>
  JSON.stringify(content, (_, value: unknown) => (typeof value === 'string' ? storable(value).toWellFormed() : value));
