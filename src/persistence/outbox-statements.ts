import { LEASE_FAILURES } from '#libs/contracts/account-manager/fence';
import { UNCERTAIN_MESSAGE } from '#libs/contracts/message';
import { eventOf, messageEventOf } from './event-write.js';
import { MESSAGE_COLUMNS } from './message-row.js';
import { leaseBarOf } from './leasing/lease-bar.js';
import { OWNED, OWNER, ownersWrite, type Statement } from './message-statements.js';

/**
 * $1 account, $2 at most so many, $3 chats to leave out. The message that one is about or answers is read with it: it may be
 * on its way itself.
 */
export const PENDING: Statement = {
  name: 'outbox-pending',
  text: `
SELECT m.id, m.recipient AS "to", m.chat_id AS "chatId", m.kind, m.text, m.content, m.media_id AS "mediaId",
  coalesce(m.target_id, m.reply_to) AS "targetId", t.status AS "targetStatus",
  t.provider_message_id AS "targetProviderMessageId", m.status, m.provider_message_id AS "providerMessageId", m.tries,
  m.created_at AS "createdAt", m.expires_at AS "expiresAt", m.next_attempt_at AS "nextAttemptAt",
  m.fence IS NOT NULL AS "isFenced"
FROM message m
LEFT JOIN message t ON t.id = coalesce(m.target_id, m.reply_to) AND t.account_id = m.account_id
WHERE m.account_id = $1::uuid AND m.pending AND m.chat_id <> ALL ($3::text[])
  AND NOT EXISTS (SELECT FROM account WHERE id = $1::uuid AND outbox_paused_by IS NOT NULL)
ORDER BY m.ordinal LIMIT $2::integer`,
};

const SAID = `CASE why ${Object.entries(LEASE_FAILURES)
  .map(([why, said]) => `WHEN '${why}' THEN '${said}'`)
  .join(' ')} END`;

/**
 * $3 messages, $4 the provider's ids, $5 when each may be tried again, $6 the provider does not know it. Not told: what comes
 * of it is. This is where a lease fences: what was accepted under one that is over, or what something bars by now, is not
 * claimed, and so never handed over.
 * It has failed, unless it was claimed before and nobody has asked the provider since: then nobody knows.
 */
export const CLAIM: Statement = {
  name: 'outbox-claim',
  text: `
WITH ${OWNER}, claim AS (
  SELECT * FROM unnest($3::uuid[], $4::text[], $5::float8[], $6::boolean[]) AS c (message_id, claimed_as, again_at, unknown)
), stale AS MATERIALIZED (
  SELECT stale_id, unsent, why FROM (
    SELECT m.id AS stale_id, m.status = 'queued' OR unknown AS unsent,
      CASE WHEN s.account_id IS NULL THEN 'lease_over' ELSE ${leaseBarOf('s', 'm.recipient', 'm.chat_id')} END AS why
    FROM message m JOIN claim ON m.id = message_id
    LEFT JOIN account_slot s ON s.account_id = $1::uuid AND s.fence = m.fence AND s.expires_at > clock_timestamp()
    WHERE m.${OWNED} AND m.pending AND m.fence IS NOT NULL
  ) AS fenced WHERE why IS NOT NULL
), lapsed AS (
  UPDATE message SET status = CASE WHEN unsent THEN 'failed' ELSE 'uncertain' END, pending = false,
    error_code = CASE WHEN unsent THEN why ELSE '${UNCERTAIN_MESSAGE.code}' END,
    error_message = CASE WHEN unsent THEN ${SAID} ELSE '${UNCERTAIN_MESSAGE.message}' END
  FROM stale WHERE id = stale_id AND pending
  RETURNING ${MESSAGE_COLUMNS}
), ${messageEventOf('message.changed', 'lapsed')}, changed AS (
  UPDATE message SET status = 'sending', tries = tries + 1, provider_message_id = coalesce(provider_message_id, claimed_as),
    next_attempt_at = to_timestamp(again_at / 1000)
  FROM claim
  WHERE ${OWNED} AND id = message_id AND pending AND id NOT IN (SELECT stale_id FROM stale)
    AND (claimed_as IS NULL OR coalesce(provider_message_id, claimed_as) = claimed_as)
  RETURNING id
)
SELECT EXISTS (SELECT FROM owner) AS owned, changed.* FROM (SELECT) AS always LEFT JOIN changed ON true`,
};

/** $3 message, $4 how often it was claimed, $5 when it may be tried again, $6 and $7 why the last try came to nothing. */
export const POSTPONE = ownersWrite(
  'outbox-postpone',
  'message.changed',
  `
  UPDATE message SET status = 'queued', next_attempt_at = to_timestamp($5::float8 / 1000), error_code = $6::text,
    error_message = $7::text
  WHERE ${OWNED} AND id = $3::uuid AND pending AND tries = $4::integer`,
);

/** $3 message, $4 its last status, $5 when, $6 and $7 the error. What was `uncertain` may still turn out as sent. */
export const SETTLE = ownersWrite(
  'outbox-settle',
  'message.changed',
  `
  UPDATE message SET status = $4::text, pending = false, error_code = $6::text, error_message = $7::text,
    sent_at = CASE WHEN $4::text = 'sent' THEN coalesce(sent_at, to_timestamp($5::float8 / 1000)) ELSE sent_at END
  WHERE ${OWNED} AND id = $3::uuid AND (pending OR (status = 'uncertain' AND $4::text = 'sent'))`,
);

/** $2 after this, $3 of the latest so many messages: by time there is no index, which each acknowledgement would have to renew. */
export const SENT_SINCE: Statement = {
  name: 'outbox-sent-since',
  text: `
SELECT extract(epoch FROM sent_at)::float8 * 1000 AS at FROM (
  SELECT direction, sent_at FROM message WHERE account_id = $1::uuid ORDER BY id DESC LIMIT $3::integer
) AS latest WHERE direction = 'out' AND sent_at > to_timestamp($2::float8 / 1000) ORDER BY sent_at`,
};

/**
 * $3 what was accepted before is old, $4 when. A resume that is younger than that was a person's word on what waited; and
 * what was sent since then shows that the account was there, and its queue long or its pace slow.
 */
export const PAUSE_IF_STALE: Statement = {
  name: 'outbox-pause-if-stale',
  text: `
WITH ${OWNER}, oldest AS (
  SELECT created_at FROM message WHERE account_id = $1::uuid AND pending ORDER BY ordinal LIMIT 1
), paused AS (
  UPDATE account SET outbox_paused_by = 'stale', outbox_paused_at = to_timestamp($4::float8 / 1000)
  WHERE id = (SELECT account_id FROM owner) AND outbox_paused_by IS NULL AND deleted_at IS NULL
    AND coalesce(outbox_paused_at, '-infinity') < to_timestamp($3::float8 / 1000)
    AND (SELECT created_at FROM oldest) < to_timestamp($3::float8 / 1000)
    AND NOT EXISTS (SELECT FROM message
      WHERE account_id = $1::uuid AND direction = 'out' AND sent_at > to_timestamp($3::float8 / 1000))
  RETURNING id
), ${eventOf('outbox.paused', { from: 'paused', accountId: 'id', data: `'{"by": "stale"}'::json` })}
SELECT EXISTS (SELECT FROM owner) AS owned, EXISTS (SELECT FROM paused) AS paused`,
};
