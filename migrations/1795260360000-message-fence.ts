import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Under which lease a message was accepted: it is handed over only while that lease lives. Null: under none. A column
 * without a default, so that the table is not rewritten.
 */
export class MessageFence1795260360000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE message ADD COLUMN fence bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE message DROP COLUMN fence');
  }
}
