import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * What an inbox needs beyond its messages, so that nothing is told twice and nothing that comes out of order is lost.
 *
 * - `early_change`: reactions, edits and deletions of messages that are not here (yet): a catch-up may bring them later. The
 *   statement that stores the message takes them along.
 * - `group_change`: the changes of groups that were told. Nothing else is kept of them but the event.
 */
export class Inbox1795260180000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(earlyChange);
    await runner.query('CREATE INDEX early_change_age ON early_change (kept_at)');
    await runner.query(groupChange);
    await runner.query('CREATE INDEX group_change_age ON group_change (told_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE early_change, group_change');
  }
}

const earlyChange = `
CREATE TABLE early_change (
  account_id uuid NOT NULL CONSTRAINT early_change_account_fk REFERENCES account ON DELETE CASCADE,
  provider_message_id text NOT NULL,
  kind text NOT NULL,
  person text NOT NULL,
  said text NOT NULL,
  at_ms double precision NOT NULL,
  kept_at timestamptz NOT NULL,
  CONSTRAINT early_change_pk PRIMARY KEY (account_id, provider_message_id, kind, person)
)`;

const groupChange = `
CREATE TABLE group_change (
  account_id uuid NOT NULL CONSTRAINT group_change_account_fk REFERENCES account ON DELETE CASCADE,
  provider_message_id text NOT NULL,
  told_at timestamptz NOT NULL,
  CONSTRAINT group_change_pk PRIMARY KEY (account_id, provider_message_id)
)`;
