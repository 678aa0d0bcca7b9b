import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Holders of leases are told when the connection of their account is lost or comes back, by the commit that says so of the
 * account. Of what else changes in a snapshot nobody is told here: the trigger looks at two texts and is done.
 */
export class LeaseNews1795260420000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [open, tell, trigger]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER snapshot_tells_holder ON account_snapshot');
    await runner.query('DROP FUNCTION tell_lease_holder');
    await runner.query('DROP INDEX lease_open');
  }
}

const open = 'CREATE INDEX lease_open ON lease (expires_at) WHERE ended_at IS NULL';

const tell = `
CREATE FUNCTION tell_lease_holder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO event (account_id, name, data)
  SELECT s.account_id, 'lease.connection', json_build_object('leaseId', s.lease_id, 'fence', s.fence, 'userId', s.user_id,
    'serviceName', s.service_name, 'status', NEW.status, 'reason', NEW.reason_code)
  FROM account_slot s WHERE s.account_id = NEW.account_id AND s.expires_at > clock_timestamp();
  RETURN NULL;
END $$`;

const trigger = `
CREATE TRIGGER snapshot_tells_holder AFTER UPDATE OF status ON account_snapshot FOR EACH ROW
WHEN ((OLD.status = 'CONNECTED') <> (NEW.status = 'CONNECTED')) EXECUTE FUNCTION tell_lease_holder()`;
