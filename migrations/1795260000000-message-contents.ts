import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Messages of every kind, their files, and what an outbox needs beyond a queue.
 *
 * - `message.content` holds what only some kinds have (location, contacts, poll, mentions, emoji …), read whole or not at
 *   all; what is asked for by itself has a column.
 * - `media` describes a file on disk. A file may be there without a row (a crash between the two; upkeep removes it), never
 *   a row without its file, but by a hand from outside.
 * - `chat_cursor` says up to where a chat was read, so that after an outage only what is missing is asked for.
 */
export class MessageContents1795260000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [media, mediaIndexes, message, messageIndexes, outbox, chatCursor].flat()) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE chat_cursor');
    await runner.query('ALTER TABLE account DROP COLUMN outbox_paused_by, DROP COLUMN outbox_paused_at');
    await runner.query('DROP INDEX message_with_media, message_media_wanted');
    await runner.query(
      `ALTER TABLE message ${MESSAGE_COLUMNS.map((column) => `DROP COLUMN ${column.split(' ', 1)[0]}`).join(', ')}`,
    );
    await runner.query('DROP TABLE media');
  }
}

const media = `
CREATE TABLE media (
  id uuid CONSTRAINT media_pk PRIMARY KEY,
  account_id uuid NOT NULL CONSTRAINT media_account_fk REFERENCES account ON DELETE CASCADE,
  origin text NOT NULL,
  mime_type text NOT NULL,
  filename text,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
)`;
const mediaIndexes = [
  'CREATE INDEX media_age ON media (expires_at)',
  'CREATE INDEX media_of_account ON media (account_id, id)',
];

const MESSAGE_COLUMNS = [
  `kind text NOT NULL DEFAULT 'text'`,
  'content jsonb',
  'media_id uuid CONSTRAINT message_media_fk REFERENCES media ON DELETE SET NULL',
  'media_state text',
  'media_tries integer NOT NULL DEFAULT 0',
  'target_id uuid',
  'reply_to uuid',
  'reactions jsonb',
  'edited_at timestamptz',
  'revoked_at timestamptz',
  'expires_at timestamptz',
  'next_attempt_at timestamptz',
];
const message = [`ALTER TABLE message ${MESSAGE_COLUMNS.map((column) => `ADD COLUMN ${column}`).join(', ')}`];
const messageIndexes = [
  'CREATE INDEX message_with_media ON message (media_id) WHERE media_id IS NOT NULL',
  `CREATE INDEX message_media_wanted ON message (account_id, id) WHERE media_state = 'pending'`,
];

const outbox = 'ALTER TABLE account ADD COLUMN outbox_paused_by text, ADD COLUMN outbox_paused_at timestamptz';

const chatCursor = `
CREATE TABLE chat_cursor (
  account_id uuid NOT NULL CONSTRAINT chat_cursor_account_fk REFERENCES account ON DELETE CASCADE,
  chat_id text NOT NULL,
  last_at timestamptz NOT NULL,
  CONSTRAINT chat_cursor_pk PRIMARY KEY (account_id, chat_id)
)`;
