import { type Statement } from '../message-statements.js';

/**
 * How an account is, beside its status: whether it rests, was given up, what it did of late. All of it is in the slot's
 * row, and each change is an UPDATE of that row: an allocation that waits for the row looks at it again after the change.
 */

/** The row's lock, and nothing else: what is read in the same statement is as old as the wait was long. */
export const LOCK_SLOT: Statement = {
  name: 'condition-lock',
  text: `SELECT FROM account_slot WHERE account_id = $1::uuid FOR NO KEY UPDATE`,
};

const MS = (column: string): string => `extract(epoch FROM ${column})::float8 * 1000`;

/**
 * $2 the lease under which something happened, or null; $3 the service that says so, or null. Who tells late is not taken for
 * whoever has the account by then: the party is that of the lease named, else of that service’s last, else of the last of all.
 */
export const CONDITION: Statement = {
  name: 'condition-read',
  text: `
SELECT ${MS('clock_timestamp()')} AS "nowMs", p.id AS "leaseId", p.fence, p.user_id AS "userId", p.service_name AS "serviceName",
  p.purpose, p.target_channel_id AS "targetChannelId", s.lease_id = $2::uuid AND s.expires_at > clock_timestamp() AS "isOfNow", s.floods, ${MS('s.flood_at')} AS "floodAtMs",
  s.faults, s.score, ${MS('s.score_at')} AS "scoreAtMs",
  CASE WHEN s.cooling_until > clock_timestamp() THEN ${MS('s.cooling_until')} END AS "coolingUntilMs",
  s.cooling_cause AS "coolingCause"
FROM account_slot s JOIN account a ON a.id = s.account_id AND a.deleted_at IS NULL
LEFT JOIN LATERAL (
  SELECT l.id, l.fence, l.user_id, l.service_name, l.purpose, l.target_channel_id FROM lease l
  WHERE l.account_id = s.account_id AND CASE WHEN $2::uuid IS NOT NULL THEN l.id = $2::uuid
    WHEN $3::text IS NOT NULL THEN l.service_name = $3::text ELSE true END
  ORDER BY l.fence DESC LIMIT 1
) p ON true
WHERE s.account_id = $1::uuid`,
};

/**
 * $2 rests for so many ms from now on (0: does not), $3 why, $4 floods, $5 when the last came (ms), $6 faults, $7 score,
 * $8 the login is dead, $9 disabled for good. A rest that is longer already stays, with its cause; one that has begun must be probed.
 */
export const CHANGE: Statement = {
  name: 'condition-change',
  text: `
UPDATE account_slot SET
  cooling_cause = CASE WHEN $2::float8 > 0 AND cooling_until < clock_timestamp() + $2::float8 * interval '1 millisecond'
    THEN $3::text ELSE cooling_cause END,
  cooling_until = greatest(cooling_until,
    CASE WHEN $2::float8 > 0 THEN clock_timestamp() + $2::float8 * interval '1 millisecond' END),
  needs_probe = needs_probe OR $2::float8 > 0,
  floods = $4::integer, flood_at = to_timestamp($5::float8 / 1000), faults = $6::integer,
  score = $7::float8, score_at = clock_timestamp(),
  login_dead_at = CASE WHEN $8::boolean THEN clock_timestamp() ELSE login_dead_at END,
  disabled_at = CASE WHEN $9::boolean THEN coalesce(disabled_at, clock_timestamp()) ELSE disabled_at END
WHERE account_id = $1::uuid
RETURNING CASE WHEN cooling_until > clock_timestamp() THEN cooling_until END AS "coolingUntil"`,
};

/** $2 class, $3 what was decided, $4 details, $5 to $8 the lease it happened under, its fence, tenant and service. */
export const ERROR_NOTED: Statement = {
  name: 'condition-error-noted',
  text: `
INSERT INTO lease_ledger (account_id, lease_id, fence, user_id, service_name, what, decision, why, details)
VALUES ($1::uuid, $5::uuid, $6::bigint, $7::text, $8::text, 'error', $3::text, $2::text, $4::jsonb)`,
};

/** $2 tenant, $3 purpose, $4 channel, $5 why. */
export const STOP_CHANNEL: Statement = {
  name: 'condition-stop-channel',
  text: `
WITH stopped AS (
  INSERT INTO channel_stop (user_id, purpose, channel, account_id, cause, since)
  VALUES ($2::text, $3::text, $4::text, $1::uuid, $5::text, clock_timestamp()) ON CONFLICT DO NOTHING
  RETURNING user_id, account_id
)
INSERT INTO lease_ledger (account_id, user_id, what, decision, why, details)
SELECT account_id, user_id, 'channel', 'stopped', $5::text, jsonb_build_object('purpose', $3::text, 'channel', $4::text)
FROM stopped`,
};

/** $1 tenant, $2 purpose, $3 channel: its owner says that it may go on. */
export const LIFT_STOP: Statement = {
  name: 'condition-lift-stop',
  text: `
WITH lifted AS (
  DELETE FROM channel_stop WHERE user_id = $1::text AND purpose = $2::text AND channel = $3::text
  RETURNING user_id, account_id
)
INSERT INTO lease_ledger (account_id, user_id, what, decision, details)
SELECT account_id, user_id, 'channel', 'lifted', jsonb_build_object('purpose', $2::text, 'channel', $3::text) FROM lifted`,
};

/** $2 tenant, $3 who refused, $4 what was said. */
export const TARGET_REFUSED: Statement = {
  name: 'condition-target-refused',
  text: `
INSERT INTO target_refusal (user_id, target, account_id, cause, at)
VALUES ($2::text, $3::text, $1::uuid, $4::text, clock_timestamp()) ON CONFLICT DO NOTHING`,
};

/** It answered when it was asked after its rest. */
export const PROBED: Statement = {
  name: 'condition-probed',
  text: `
WITH probed AS (
  UPDATE account_slot SET needs_probe = false WHERE account_id = $1::uuid AND needs_probe
  RETURNING account_id, lease_id, fence, user_id, service_name
)
INSERT INTO lease_ledger (account_id, lease_id, fence, user_id, service_name, what, decision)
SELECT account_id, lease_id, fence, user_id, service_name, 'error', 'recovered' FROM probed`,
};

/** Somebody has heard of it: an offer is nobody’s lease. */
const LEASED = 's.expires_at > clock_timestamp() AND NOT s.offered';

/** $1 account, or null: of all; $2 after this account, $3 at most so many. */
export const HEALTH: Statement = {
  name: 'condition-health',
  text: `
SELECT s.account_id AS "accountId", a.label, coalesce(n.status, 'DISCONNECTED') AS status,
  CASE WHEN ${LEASED} THEN s.expires_at END AS "leasedUntil", CASE WHEN ${LEASED} THEN s.service_name END AS "serviceName",
  CASE WHEN s.cooling_until > clock_timestamp() THEN s.cooling_until END AS "coolingUntil", s.cooling_cause AS "coolingCause",
  s.disabled_at AS "disabledAt", s.score, ${MS('s.score_at')} AS "scoreAtMs", ${MS('clock_timestamp()')} AS "nowMs",
  s.login_dead_at IS NOT NULL AND coalesce(n.since, '-infinity') <= s.login_dead_at AS "loginDead"
FROM account_slot s
JOIN account a ON a.id = s.account_id AND a.deleted_at IS NULL
LEFT JOIN account_snapshot n ON n.account_id = s.account_id
WHERE ($1::uuid IS NULL OR s.account_id = $1::uuid) AND ($2::uuid IS NULL OR s.account_id > $2::uuid)
ORDER BY s.account_id LIMIT $3::integer`,
};

export const HEALTH_COUNTS: Statement = {
  name: 'condition-counts',
  text: `
SELECT count(*)::integer AS total,
  count(*) FILTER (WHERE ${LEASED})::integer AS leased,
  count(*) FILTER (WHERE s.cooling_until > clock_timestamp())::integer AS cooling,
  count(*) FILTER (WHERE s.disabled_at IS NOT NULL)::integer AS disabled,
  count(*) FILTER (WHERE n.status = 'CONNECTED' AND s.cooling_until <= clock_timestamp() AND s.disabled_at IS NULL
    AND (s.login_dead_at IS NULL OR n.since > s.login_dead_at))::integer AS healthy
FROM account_slot s
JOIN account a ON a.id = s.account_id AND a.deleted_at IS NULL
LEFT JOIN account_snapshot n ON n.account_id = s.account_id`,
};

/** Rests that are under way, and those that were over since the day began in UTC; all by the clock of the database. */
export const RECOVERY: Statement = {
  name: 'condition-recovery',
  text: `
SELECT s.account_id AS "accountId", s.cooling_cause AS cause, s.cooling_until AS until,
  s.cooling_until > clock_timestamp() AS cooling, clock_timestamp() AS now
FROM account_slot s JOIN account a ON a.id = s.account_id AND a.deleted_at IS NULL
WHERE s.cooling_until > date_trunc('day', clock_timestamp(), 'UTC') AND s.disabled_at IS NULL
ORDER BY s.cooling_until, s.account_id`,
};

export const CONDITION_STATEMENTS = {
  LOCK_SLOT,
  CONDITION,
  CHANGE,
  ERROR_NOTED,
  STOP_CHANNEL,
  LIFT_STOP,
  TARGET_REFUSED,
  PROBED,
  HEALTH,
  HEALTH_COUNTS,
  RECOVERY,
};
export type ConditionStatements = Readonly<Record<keyof typeof CONDITION_STATEMENTS, Statement>>;
