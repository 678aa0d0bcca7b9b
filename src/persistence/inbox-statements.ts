import { EARLY_CHANGES_MAX, REACTIONS_MAX } from '#libs/contracts/limits/messages';
import { eventOf, messageEventOf } from './event-write.js';
import { MESSAGE_COLUMNS } from './message-row.js';
import { OWNED, OWNER, type Statement } from './message-statements.js';

/** The row of `chat_cursor` that stands for all chats without one of their own. */
export const ALL_OTHER_CHATS = '';

/** What came before its message; each kind is read apart, and there are hardly ever any. */
const early = (kind: string, column: string) =>
  `(SELECT ${column} FROM early WHERE kind = '${kind}' ORDER BY at_ms DESC LIMIT 1)`;

/**
 * $3 our id, $4 the provider's, $5 chat, $6 sender, $7 kind, $8 text, $9 content, $10 state of its file, $11 the provider's
 * id of the message that it answers, $12 sent by the provider's clock, $13 received by ours, $14 does the chat's cursor
 * move? What was done to it before it came is taken along; of one that was deleted nothing is kept.
 */
export const RECEIVE: Statement = {
  name: 'inbox-receive',
  text: `
WITH ${OWNER}, early AS MATERIALIZED (
  SELECT kind, person, said, at_ms FROM early_change WHERE ${OWNED} AND provider_message_id = $4::text
), gone AS MATERIALIZED (
  SELECT ${early('revoke', 'at_ms')} AS at_ms
), changed AS (
  INSERT INTO message (id, account_id, direction, provider_message_id, chat_id, sender, kind, text, content, media_state,
    reply_to, reactions, edited_at, revoked_at, sent_at, created_at, status, pending, tries)
  SELECT $3::uuid, account_id, 'in', $4::text, $5::text, $6::text, $7::text,
    CASE WHEN gone.at_ms IS NULL THEN coalesce(${early('edit', 'said')}, $8::text) END,
    CASE WHEN gone.at_ms IS NULL THEN $9::jsonb END,
    CASE WHEN gone.at_ms IS NULL THEN $10::text END,
    (SELECT id FROM message WHERE ${OWNED} AND direction IN ('in', 'out') AND provider_message_id = $11::text LIMIT 1),
    (SELECT jsonb_object_agg(person, jsonb_build_object('emoji', said, 'at', at_ms)) FROM early
      WHERE kind = 'reaction' AND gone.at_ms IS NULL),
    to_timestamp(${early('edit', 'at_ms')} / 1000), to_timestamp(gone.at_ms / 1000),
    to_timestamp($12::float8 / 1000), to_timestamp($13::float8 / 1000), 'received', false, 0
  FROM owner, gone
  ON CONFLICT (account_id, direction, provider_message_id) DO NOTHING
  RETURNING ${MESSAGE_COLUMNS}
), taken AS (
  DELETE FROM early_change WHERE ${OWNED} AND provider_message_id = $4::text
), cursor AS (
  INSERT INTO chat_cursor (account_id, chat_id, last_at)
  SELECT "accountId", $5::text, to_timestamp(least($12::float8, $13::float8) / 1000) FROM changed WHERE $14::boolean
  ON CONFLICT (account_id, chat_id) DO UPDATE SET last_at = greatest(chat_cursor.last_at, excluded.last_at)
), ${messageEventOf('message.received')}
SELECT EXISTS (SELECT FROM owner) AS owned, changed.* FROM (SELECT) AS always LEFT JOIN changed ON true`,
};

/**
 * $3 the provider's id, $4 the person, $5 what was said, $6 when by the provider's clock, $7 when by ours. Of those that
 * wait for their message the oldest go when there are too many: most are about messages that never come, since they are older
 * than the account here or were written on its phone.
 */
function changeOf(kind: string, event: Parameters<typeof messageEventOf>[0], set: string, when: string): Statement {
  return {
    name: `inbox-${kind}`,
    text: `
WITH ${OWNER}, target AS MATERIALIZED (
  SELECT id AS found_id, media_id AS file FROM message
  WHERE ${OWNED} AND direction IN ('in', 'out') AND provider_message_id = $3::text FOR UPDATE
), changed AS (
  UPDATE message SET ${set} FROM target WHERE id = found_id AND revoked_at IS NULL AND ${when}
  RETURNING ${MESSAGE_COLUMNS}
), crowded_out AS (
  DELETE FROM early_change WHERE NOT EXISTS (SELECT FROM target) AND ctid = ANY (ARRAY(
    SELECT ctid FROM early_change WHERE ${OWNED} AND provider_message_id <> $3::text
    ORDER BY kept_at DESC OFFSET ${EARLY_CHANGES_MAX - 1}))
), early AS (
  INSERT INTO early_change (account_id, provider_message_id, kind, person, said, at_ms, kept_at)
  SELECT account_id, $3::text, '${kind}', $4::text, $5::text, $6::float8, to_timestamp($7::float8 / 1000) FROM owner
  WHERE NOT EXISTS (SELECT FROM target)
  ON CONFLICT (account_id, provider_message_id, kind, person)
    DO UPDATE SET said = excluded.said, at_ms = excluded.at_ms, kept_at = excluded.kept_at
    WHERE early_change.at_ms <= excluded.at_ms
), ${kind === 'revoke' ? `${DROP_FILE}, ` : ''}${messageEventOf(event)}
SELECT EXISTS (SELECT FROM owner) AS owned, changed.* FROM (SELECT) AS always LEFT JOIN changed ON true`,
  };
}

/**
 * Only a file that came with the message goes with it; one of ours may be wanted for other messages. A file on the disk
 * without its row is removed by the upkeep of files.
 */
const DROP_FILE = `dropped AS (
  DELETE FROM media WHERE origin = 'received' AND id IN (SELECT file FROM target JOIN changed ON changed.id = found_id)
)`;

/** One a person, the last one counts; as many people as a group has. A reaction taken back stays as an empty one, with its time. */
const REACT = changeOf(
  'reaction',
  'message.reacted',
  `reactions = coalesce(reactions, '{}') || jsonb_build_object($4::text, jsonb_build_object('emoji', $5::text, 'at', $6::float8))`,
  `coalesce((reactions -> $4::text ->> 'at')::float8, '-infinity') <= $6::float8
    AND coalesce(reactions -> $4::text ->> 'emoji', '') <> $5::text
    AND (reactions ? $4::text OR (SELECT count(*) FROM jsonb_object_keys(coalesce(reactions, '{}'))) < ${REACTIONS_MAX})`,
);

const EDIT = changeOf(
  'edit',
  'message.edited',
  `text = $5::text, edited_at = to_timestamp($6::float8 / 1000)`,
  `coalesce(edited_at, '-infinity') <= to_timestamp($6::float8 / 1000) AND text IS DISTINCT FROM $5::text`,
);

/**
 * Its sender took it back, so nothing of what it said is kept. The text of one of ours that is not yet known to be sent
 * stays until it is: the outbox would have nothing to look it up by.
 */
const REVOKE = changeOf(
  'revoke',
  'message.revoked',
  `revoked_at = to_timestamp($6::float8 / 1000), text = CASE WHEN pending THEN text END,
    content = CASE WHEN pending THEN content END, media_id = CASE WHEN pending THEN media_id END,
    media_state = CASE WHEN pending THEN media_state END, reactions = NULL`,
  'true',
);

export const CHANGES = { 'driver.reacted': REACT, 'driver.edited': EDIT, 'driver.revoked': REVOKE } as const;

/** $3 the provider's id of the change, $4 when, $5 the change. */
export const CHANGE_GROUP: Statement = {
  name: 'inbox-group',
  text: `
WITH ${OWNER}, told AS (
  INSERT INTO group_change (account_id, provider_message_id, told_at)
  SELECT account_id, $3::text, to_timestamp($4::float8 / 1000) FROM owner
  ON CONFLICT DO NOTHING RETURNING account_id
), ${eventOf('group.changed', { from: 'told', accountId: 'account_id', data: `$5::json` })}
SELECT EXISTS (SELECT FROM owner) AS owned, EXISTS (SELECT FROM told) AS told`,
};

/** $1 account, $2 at most so many, $3 without these. */
export const MEDIA_WANTED: Statement = {
  name: 'inbox-media-wanted',
  text: `
SELECT id AS "messageId", provider_message_id AS "providerMessageId", media_tries AS tries, content -> 'media' AS media
FROM message WHERE account_id = $1::uuid AND media_state = 'pending' AND direction = 'in' AND id <> ALL ($3::uuid[])
ORDER BY id LIMIT $2::integer`,
};

/** $3 message, $4 file, $5 what it turned out to be. One that is not wanted any more, since its message was deleted, goes. */
export const MEDIA_STORED: Statement = {
  name: 'inbox-media-stored',
  text: `
WITH ${OWNER}, changed AS (
  UPDATE message SET media_state = 'stored', media_id = $4::uuid, content = content || jsonb_build_object('media', $5::jsonb)
  WHERE ${OWNED} AND id = $3::uuid AND media_state = 'pending'
  RETURNING ${MESSAGE_COLUMNS}
), unwanted AS (
  DELETE FROM media WHERE id = $4::uuid AND EXISTS (SELECT FROM owner)
    AND NOT EXISTS (SELECT FROM changed) AND NOT EXISTS (SELECT FROM message WHERE media_id = $4::uuid)
), ${messageEventOf('message.media')}
SELECT EXISTS (SELECT FROM owner) AS owned, changed.* FROM (SELECT) AS always LEFT JOIN changed ON true`,
};

/** $3 message, $4 is it given up? Told only then. */
export const MEDIA_TRIED: Statement = {
  name: 'inbox-media-tried',
  text: `
WITH ${OWNER}, tried AS (
  UPDATE message SET media_tries = media_tries + 1, media_state = CASE WHEN $4::boolean THEN 'failed' ELSE media_state END
  WHERE ${OWNED} AND id = $3::uuid AND media_state = 'pending'
  RETURNING ${MESSAGE_COLUMNS}
), changed AS (SELECT * FROM tried WHERE "mediaState" = 'failed'), ${messageEventOf('message.media')}
SELECT EXISTS (SELECT FROM owner) AS owned, changed.* FROM (SELECT) AS always LEFT JOIN changed ON true`,
};

/** $1 kept before, $2 at most so many of each. */
export const FORGET_EARLY = `
DELETE FROM early_change WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM early_change WHERE kept_at < to_timestamp($1::float8 / 1000) LIMIT $2::integer))`;
export const FORGET_GROUPS = `
DELETE FROM group_change WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM group_change WHERE told_at < to_timestamp($1::float8 / 1000) LIMIT $2::integer))`;
