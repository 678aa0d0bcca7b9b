import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * The durable log. A row is written by the same statement as the change that it tells of (event-write.ts), so there is
 * none without the other.
 *
 * Its order is its id. Ids are drawn while the changed row is locked, so that of two changes of one row the later has the
 * greater id; and never before the transaction has a number (the CASE makes sure of it), so that a reader can tell when
 * nothing can come any more below an id that it has seen (event-log.repository.ts).
 *
 * `data` is json, not jsonb: it is read whole or not at all, and is spared the second form.
 *
 * `event_log`, one row: up to which id the log was forgotten, so that a cursor from before is refused, not served with a gap.
 */
export class EventLog1795260060000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SEQUENCE event_id');
    await runner.query(nextId);
    await runner.query(event);
    await runner.query('CREATE INDEX event_of_account ON event (account_id, id)');
    await runner.query(log);
    await runner.query('INSERT INTO event_log VALUES (true, 0)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE event, event_log');
    await runner.query('DROP FUNCTION next_event_id');
    await runner.query('DROP SEQUENCE event_id');
  }
}

const nextId = `
CREATE FUNCTION next_event_id() RETURNS bigint LANGUAGE sql VOLATILE
RETURN CASE WHEN pg_current_xact_id() IS NOT NULL THEN nextval('event_id') END`;

const event = `
CREATE TABLE event (
  id bigint CONSTRAINT event_pk PRIMARY KEY DEFAULT next_event_id(),
  account_id uuid,
  name text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  data json NOT NULL
)`;

const log = `
CREATE TABLE event_log (
  only_one boolean CONSTRAINT event_log_pk PRIMARY KEY CONSTRAINT event_log_check CHECK (only_one),
  forgotten_to bigint NOT NULL
)`;
