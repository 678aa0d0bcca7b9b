import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * The ledger is asked for one tenant, one service, one lease, and for what seldom happens; walking all of it for a few lines
 * takes longer with every line. What happens all the time needs no index: some of it is on every page, and each index is
 * written with each line.
 */
export class LedgerFilters1795260540000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of indexes) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP INDEX lease_ledger_of_service, lease_ledger_of_tenant, lease_ledger_of_lease, lease_ledger_rare_subject, lease_ledger_rare_decision',
    );
  }
}

const indexes = [
  'CREATE INDEX lease_ledger_of_service ON lease_ledger (service_name, id)',
  'CREATE INDEX lease_ledger_of_tenant ON lease_ledger (user_id, id)',
  'CREATE INDEX lease_ledger_of_lease ON lease_ledger (lease_id, id)',
  `CREATE INDEX lease_ledger_rare_subject ON lease_ledger (what, id) WHERE what IN ('channel', 'limits')`,
  `CREATE INDEX lease_ledger_rare_decision ON lease_ledger (decision, id) WHERE decision NOT IN ('granted', 'offered',
    'accepted', 'extended', 'released', 'allowed', 'denied', 'done', 'refunded', 'assumed')`,
];
