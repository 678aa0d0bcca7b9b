import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Who leases which account, and what was done under leases.
 *
 * - `account_slot` has one row for each account, made with it: the lease of now, and all that decides whether it may be
 *   given away. Both stand in one row, since whoever waited for its lock looks again at this row, and at no other.
 * - What is counted has its lock in a row of its own, `account_counter`: an allocation skips slots that are locked, and
 *   a check must not make a free account look taken.
 * - `usage_hold` is what was done and what is held to be done; it counts unless it was given back.
 * - `lease_ledger` is only added to. It has no foreign keys: what happened stays told when the account is gone.
 */
export class AccountManager1795260300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables, ...indexes, slots, trigger, backfill]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER account_gets_slot ON account');
    await runner.query('DROP FUNCTION make_account_slot');
    await runner.query(
      'DROP TABLE lease_ledger, limit_rule, target_refusal, channel_stop, channel_lock, usage_hold, lease, account_counter, account_slot',
    );
  }
}

const tables = [
  `CREATE TABLE account_slot (
  account_id uuid CONSTRAINT account_slot_pk PRIMARY KEY
    CONSTRAINT account_slot_account_fk REFERENCES account ON DELETE CASCADE,
  fence bigint NOT NULL DEFAULT 0,
  lease_id uuid,
  user_id text,
  service_name text,
  purpose text,
  target_channel_id text,
  leased_at timestamptz,
  expires_at timestamptz NOT NULL DEFAULT '-infinity',
  cooling_until timestamptz NOT NULL DEFAULT '-infinity',
  cooling_cause text,
  floods integer NOT NULL DEFAULT 0,
  flood_at timestamptz,
  faults integer NOT NULL DEFAULT 0,
  needs_probe boolean NOT NULL DEFAULT false,
  login_dead_at timestamptz,
  disabled_at timestamptz,
  score float8 NOT NULL DEFAULT 1,
  score_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50)`,
  `CREATE TABLE account_counter (
  account_id uuid CONSTRAINT account_counter_pk PRIMARY KEY
    CONSTRAINT account_counter_account_fk REFERENCES account ON DELETE CASCADE
)`,
  `CREATE TABLE lease (
  id uuid CONSTRAINT lease_pk PRIMARY KEY,
  account_id uuid NOT NULL CONSTRAINT lease_account_fk REFERENCES account ON DELETE CASCADE,
  fence bigint NOT NULL,
  user_id text NOT NULL,
  service_name text NOT NULL,
  purpose text NOT NULL,
  target_channel_id text,
  sticky text,
  allocated_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  end_cause text,
  usage_stats jsonb
)`,
  `CREATE TABLE usage_hold (
  id uuid CONSTRAINT usage_hold_pk PRIMARY KEY,
  account_id uuid NOT NULL CONSTRAINT usage_hold_account_fk REFERENCES account ON DELETE CASCADE,
  lease_id uuid,
  user_id text,
  action_type text NOT NULL,
  channel text,
  state text NOT NULL,
  held_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  settled_at timestamptz,
  success boolean,
  CONSTRAINT usage_hold_state_check CHECK (state IN ('held', 'done', 'refunded', 'assumed'))
)`,
  `CREATE TABLE channel_lock (
  user_id text NOT NULL,
  channel text NOT NULL,
  CONSTRAINT channel_lock_pk PRIMARY KEY (user_id, channel)
)`,
  `CREATE TABLE channel_stop (
  user_id text NOT NULL,
  purpose text NOT NULL,
  channel text NOT NULL,
  account_id uuid NOT NULL,
  cause text NOT NULL,
  since timestamptz NOT NULL,
  CONSTRAINT channel_stop_pk PRIMARY KEY (user_id, purpose, channel)
)`,
  `CREATE TABLE target_refusal (
  user_id text NOT NULL,
  target text NOT NULL,
  account_id uuid NOT NULL,
  cause text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT target_refusal_pk PRIMARY KEY (user_id, target)
)`,
  `CREATE TABLE limit_rule (
  id uuid CONSTRAINT limit_rule_pk PRIMARY KEY,
  user_id text,
  purpose text,
  account_id uuid CONSTRAINT limit_rule_account_fk REFERENCES account ON DELETE CASCADE,
  limits jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
)`,
  `CREATE TABLE lease_ledger (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT lease_ledger_pk PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  account_id uuid,
  lease_id uuid,
  fence bigint,
  user_id text,
  service_name text,
  what text NOT NULL,
  decision text NOT NULL,
  why text,
  details jsonb
)`,
];

const indexes = [
  'CREATE UNIQUE INDEX lease_once_per_fence ON lease (account_id, fence)',
  'CREATE INDEX lease_sticky ON lease (sticky, allocated_at) WHERE sticky IS NOT NULL',
  'CREATE INDEX usage_hold_recent ON usage_hold (account_id, action_type, held_at)',
  'CREATE INDEX usage_hold_in_channel ON usage_hold (account_id, channel, action_type)',
  'CREATE INDEX usage_hold_of_channel ON usage_hold (channel, user_id, action_type) WHERE channel IS NOT NULL',
  `CREATE INDEX usage_hold_open ON usage_hold (account_id) WHERE state = 'held'`,
  'CREATE UNIQUE INDEX limit_rule_once ON limit_rule (user_id, purpose, account_id) NULLS NOT DISTINCT',
  'CREATE INDEX limit_rule_of_account ON limit_rule (account_id)',
  'CREATE INDEX lease_ledger_of_account ON lease_ledger (account_id, id)',
];

const slots = `
CREATE FUNCTION make_account_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO account_slot (account_id) VALUES (NEW.id);
  INSERT INTO account_counter (account_id) VALUES (NEW.id);
  RETURN NULL;
END $$`;

const trigger = `
CREATE TRIGGER account_gets_slot AFTER INSERT ON account FOR EACH ROW EXECUTE FUNCTION make_account_slot()`;

const backfill = `
WITH slot AS (INSERT INTO account_slot (account_id) SELECT id FROM account)
INSERT INTO account_counter (account_id) SELECT id FROM account`;
