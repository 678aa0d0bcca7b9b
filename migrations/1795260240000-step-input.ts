import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * What a step needs beside its name and time to be replayed. Steps from before have none, and say so by NULL. A column
 * without a default: the table is not rewritten, however long its history.
 */
export class StepInput1795260240000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE account_transition ADD COLUMN input text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE account_transition DROP COLUMN input');
  }
}
