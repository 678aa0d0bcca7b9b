import type { LoggedEventName } from '#libs/contracts/event-log';
import { messageEventOf } from './event-write.js';
import { MESSAGE_COLUMNS } from './message-row.js';

interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * The writes of an owner: $1 is the account, $2 the epoch. The ownership row is locked FOR SHARE, for the reason given in
 * snapshot-write.ts. Each answers exactly one row: whether the epoch is right, and the message when it was changed. `told`
 * is the event that goes into the log with a change.
 */
function ownersWrite(name: string, told: (LoggedEventName & `message.${string}`) | null, change: string): Statement {
  const text = `
WITH owner AS MATERIALIZED (
  SELECT account_id FROM account_ownership WHERE account_id = $1::uuid AND epoch = $2::bigint FOR SHARE
), changed AS (${change}
  RETURNING ${MESSAGE_COLUMNS}
)${told === null ? '' : `, ${messageEventOf(told)}`}
SELECT EXISTS (SELECT FROM owner) AS owned, changed.* FROM (SELECT) AS always LEFT JOIN changed ON true`;
  return { name, text };
}

const OWNED = 'account_id = (SELECT account_id FROM owner)';

/** $1 account, $2 at most so many. */
export const PENDING: Statement = {
  name: 'message-pending',
  text: `
SELECT id, recipient AS "to", chat_id AS "chatId", text, status, provider_message_id AS "providerMessageId", tries,
  created_at AS "createdAt"
FROM message WHERE account_id = $1::uuid AND pending ORDER BY ordinal LIMIT $2::integer`,
};

/** $3 message, $4 the provider's id. */
export const CLAIM = ownersWrite(
  'message-claim',
  null,
  `
  UPDATE message SET status = 'sending', provider_message_id = $4::text, tries = tries + 1
  WHERE ${OWNED} AND id = $3::uuid AND pending AND coalesce(provider_message_id, $4::text) = $4::text`,
);

/** $3 message, $4 its last status, $5 when, $6 and $7 the error. What was `uncertain` may still turn out as sent. */
export const SETTLE = ownersWrite(
  'message-settle',
  'message.changed',
  `
  UPDATE message SET status = $4::text, pending = false, error_code = $6::text, error_message = $7::text,
    sent_at = CASE WHEN $4::text = 'sent' THEN coalesce(sent_at, to_timestamp($5::float8 / 1000)) ELSE sent_at END
  WHERE ${OWNED} AND id = $3::uuid AND (pending OR (status = 'uncertain' AND $4::text = 'sent'))`,
);

/** $3 the provider's id, $4 the level, $5 when, $6 the statuses from which it moves on. A later level implies the earlier ones. */
export const ACKNOWLEDGE = ownersWrite(
  'message-acknowledge',
  'message.changed',
  `
  UPDATE message SET status = $4::text, pending = false, error_code = NULL, error_message = NULL,
    sent_at = coalesce(sent_at, to_timestamp($5::float8 / 1000)),
    delivered_at = CASE WHEN $4::text IN ('delivered', 'read')
      THEN coalesce(delivered_at, to_timestamp($5::float8 / 1000)) ELSE delivered_at END,
    read_at = CASE WHEN $4::text = 'read' THEN to_timestamp($5::float8 / 1000) ELSE read_at END
  WHERE ${OWNED} AND direction = 'out' AND provider_message_id = $3::text AND status = ANY ($6::text[])`,
);

/** $3 our id, $4 the provider's, $5 chat, $6 sender, $7 text, $8 sent by the provider's clock, $9 received by ours. */
export const RECEIVE = ownersWrite(
  'message-receive',
  'message.received',
  `
  INSERT INTO message (id, account_id, direction, provider_message_id, chat_id, sender, text, sent_at, created_at, status, pending, tries)
  SELECT $3::uuid, account_id, 'in', $4::text, $5::text, $6::text, $7::text, to_timestamp($8::float8 / 1000),
    to_timestamp($9::float8 / 1000), 'received', false, 0
  FROM owner
  ON CONFLICT (account_id, direction, provider_message_id) DO NOTHING`,
);
