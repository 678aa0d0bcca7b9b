import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * A lease that nobody has heard of yet is only offered: it stands in the slot, for some seconds, and has no row in `lease`
 * before it is accepted. Of its connection nobody is told.
 */
export class LeaseOffers1795260480000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE account_slot ADD offered boolean NOT NULL DEFAULT false');
    await runner.query(tellHolder('AND NOT s.offered'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(tellHolder(''));
    await runner.query(`UPDATE account_slot SET expires_at = '-infinity' WHERE offered`);
    await runner.query('ALTER TABLE account_slot DROP COLUMN offered');
  }
}

const tellHolder = (whose: string): string => `
CREATE OR REPLACE FUNCTION tell_lease_holder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO event (account_id, name, data)
  SELECT s.account_id, 'lease.connection', json_build_object('leaseId', s.lease_id, 'fence', s.fence, 'userId', s.user_id,
    'serviceName', s.service_name, 'status', NEW.status, 'reason', NEW.reason_code)
  FROM account_slot s WHERE s.account_id = NEW.account_id AND s.expires_at > clock_timestamp() ${whose};
  RETURN NULL;
END $$`;
