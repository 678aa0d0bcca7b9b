import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Who is told of events, and what is still to be told.
 *
 * - A delivery is made by the very statement that writes its event, by a trigger, and so is the job that brings it: an event
 *   is told to all who asked for it, or was never committed. Without webhooks the trigger looks once and is done.
 * - The webhook is locked before the delivery refers to it: one that is being deleted is waited for and then left out. To
 *   find it gone only when the row is checked would fail the statement, and with it the change that the event tells of.
 * - It has its own copy of the event, so that it can be brought for as long as it waits, whatever the log forgets meanwhile.
 * - graphile-worker has its own schema, which is there before (job-database.ts).
 */
export class Webhooks1795260120000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [webhook, delivery, indexes, plan, tell, trigger].flat()) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER event_tell_webhooks ON event');
    await runner.query('DROP FUNCTION tell_webhooks, plan_deliveries');
    await runner.query('DROP TABLE webhook_delivery, webhook');
  }
}

const webhook = `
CREATE TABLE webhook (
  id uuid CONSTRAINT webhook_pk PRIMARY KEY,
  label text NOT NULL,
  url text NOT NULL,
  account_id uuid CONSTRAINT webhook_account_fk REFERENCES account ON DELETE CASCADE,
  events text[] NOT NULL,
  secret text NOT NULL,
  state text NOT NULL DEFAULT 'active',
  paused_by text,
  paused_at timestamptz,
  resumed_at timestamptz,
  failing_since timestamptz,
  last_taken_at timestamptz,
  last_failed_at timestamptz,
  last_error text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
)`;

const delivery = `
CREATE TABLE webhook_delivery (
  id uuid CONSTRAINT webhook_delivery_pk PRIMARY KEY,
  webhook_id uuid NOT NULL CONSTRAINT webhook_delivery_webhook_fk REFERENCES webhook ON DELETE CASCADE,
  event_id bigint NOT NULL,
  event_name text NOT NULL,
  account_id uuid,
  event_at timestamptz NOT NULL,
  data json NOT NULL,
  state text NOT NULL DEFAULT 'waiting',
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz,
  last_status integer,
  last_error text,
  duration_ms integer,
  created_at timestamptz NOT NULL DEFAULT now(),
  wanted_at timestamptz NOT NULL DEFAULT now(),
  concluded_at timestamptz
)`;

const indexes = [
  'CREATE INDEX webhook_of_account ON webhook (account_id)',
  `CREATE INDEX webhook_delivery_waiting ON webhook_delivery (webhook_id, account_id, event_id) WHERE state = 'waiting'`,
  `CREATE INDEX webhook_delivery_dead ON webhook_delivery (webhook_id, event_id) WHERE state = 'dead'`,
  'CREATE INDEX webhook_delivery_newest ON webhook_delivery (webhook_id, event_id)',
  'CREATE INDEX webhook_delivery_concluded ON webhook_delivery (concluded_at) WHERE concluded_at IS NOT NULL',
];

/**
 * One job for each line, which is a webhook with an account (null: events of no account). A job that waits already stays
 * the only one; with `keep_due` also its time stays, so that new events don't hasten a line that is waiting for its next try.
 * When a job is taken up in the midst of add_jobs, that writes nothing, and says so by leaving it out: it is asked again.
 * In the order of the keys, so that two who plan the same lines wait for each other one way round.
 */
const plan = `
CREATE FUNCTION plan_deliveries(webhooks uuid[], accounts uuid[], due timestamptz, keep_due boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  specs graphile_worker.job_spec[];
  planned text[];
BEGIN
  SELECT array_agg(line.spec ORDER BY (line.spec).job_key) INTO specs
  FROM (
    SELECT ROW(
      'deliver_events', json_build_object('webhookId', l.webhook, 'accountId', l.account), NULL, due, NULL,
      'webhook:' || l.webhook || ':' || coalesce(l.account::text, '-'), NULL, NULL
    )::graphile_worker.job_spec AS spec
    FROM unnest(webhooks, accounts) AS l (webhook, account)
  ) AS line;
  FOR round IN 1..5 LOOP
    EXIT WHEN specs IS NULL;
    SELECT coalesce(array_agg(job.key), '{}') INTO planned FROM graphile_worker.add_jobs(specs, keep_due) AS job;
    EXIT WHEN cardinality(planned) = cardinality(specs);
    SELECT array_agg(spec ORDER BY spec.job_key) INTO specs FROM unnest(specs) AS spec
      WHERE spec.job_key NOT IN (SELECT key FROM unnest(planned) AS key);
  END LOOP;
END $$`;

const tell = `
CREATE FUNCTION tell_webhooks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  webhooks uuid[];
  accounts uuid[];
BEGIN
  IF NOT EXISTS (SELECT FROM webhook) THEN
    RETURN NULL;
  END IF;
  WITH made AS (
    INSERT INTO webhook_delivery
      (id, webhook_id, event_id, event_name, account_id, event_at, data, next_attempt_at)
    SELECT gen_random_uuid(), w.id, e.id, e.name, e.account_id, e.at, e.data, now()
    FROM added e JOIN webhook w
      ON (w.account_id IS NULL OR w.account_id = e.account_id)
      AND w.events && ARRAY['*', split_part(e.name, '.', 1) || '.*', e.name]
    FOR KEY SHARE OF w
    RETURNING webhook_id, account_id
  ), line AS (
    SELECT DISTINCT m.webhook_id, m.account_id FROM made m JOIN webhook w ON w.id = m.webhook_id WHERE w.state = 'active'
  )
  SELECT array_agg(webhook_id), array_agg(account_id) INTO webhooks, accounts FROM line;
  IF webhooks IS NOT NULL THEN
    PERFORM plan_deliveries(webhooks, accounts, now(), true);
  END IF;
  RETURN NULL;
END $$`;

const trigger = `
CREATE TRIGGER event_tell_webhooks AFTER INSERT ON event
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION tell_webhooks()`;
