import { type Statement } from '../message-statements.js';
import { ledgerOf } from './ledger-write.js';

/**
 * What is done under leases. Checks and records of an account go one after the other, by the lock on its counter row; what
 * they count is read by a statement of its own after it, since a statement sees what was committed before it began, and
 * one that also waited for the lock would count as if it had not waited. Where a tenant has bounded a channel over all
 * accounts, its row is locked before the counter's; always in this order.
 */

export const LOCK_CHANNEL: Statement = {
  name: 'usage-lock-channel',
  text: `SELECT FROM channel_lock WHERE user_id = $1::text AND channel = $2::text FOR UPDATE`,
};
export const MAKE_CHANNEL: Statement = {
  name: 'usage-make-channel',
  text: `INSERT INTO channel_lock (user_id, channel) VALUES ($1::text, $2::text) ON CONFLICT DO NOTHING`,
};
export const LOCK: Statement = {
  name: 'usage-lock',
  text: `SELECT FROM account_counter WHERE account_id = $1::uuid FOR UPDATE`,
};

/** Before anything is locked: whose limits count. */
export const HOLDER: Statement = {
  name: 'usage-holder',
  text: `
SELECT s.lease_id AS "leaseId", s.user_id AS "userId", s.purpose, s.service_name AS "serviceName",
  s.expires_at > clock_timestamp() AND NOT s.offered AS live, extract(epoch FROM clock_timestamp())::float8 * 1000 AS "nowMs"
FROM account_slot s JOIN account a ON a.id = s.account_id AND a.deleted_at IS NULL
WHERE s.account_id = $1::uuid`,
};

/** Of what was done, $2: under the lease that is named, or else under the last one that anybody heard of. */
export const PARTY: Statement = {
  name: 'usage-party',
  text: `
SELECT l.id AS "leaseId", l.user_id AS "userId", l.purpose
FROM account a LEFT JOIN lease l ON l.account_id = a.id AND l.id = coalesce($2::uuid, (
  SELECT id FROM lease WHERE account_id = $1::uuid ORDER BY fence DESC LIMIT 1
))
WHERE a.id = $1::uuid AND a.deleted_at IS NULL`,
};

/** Of a unit that is held too long, or was held under a lease that is over. */
const OVERDUE = `h.state = 'held' AND (h.expires_at <= clock_timestamp() OR NOT EXISTS (
    SELECT FROM account_slot s
    WHERE s.account_id = h.account_id AND s.lease_id = h.lease_id AND s.expires_at > clock_timestamp()
  ))`;

/** It counts as used: its holder may have acted on it. `from`, SQL: of which units. */
const assumeOf = (from: string): string => `assumed AS (
  UPDATE usage_hold h SET state = 'assumed', settled_at = clock_timestamp() ${from}
  RETURNING h.account_id, h.lease_id, h.user_id, h.id, h.action_type, h.channel
), party AS (
  SELECT a.*, l.fence, l.service_name FROM assumed a LEFT JOIN lease l ON l.id = a.lease_id
), ${ledgerOf('hold', {
  from: 'party',
  decision: `'assumed'`,
  details: `jsonb_build_object('id', id, 'action', action_type, 'channel', channel)`,
})}
SELECT count(*)::integer AS assumed FROM assumed`;

/** Of an account, under its lock. */
export const ASSUME: Statement = {
  name: 'usage-assume',
  text: `
WITH ${assumeOf(`WHERE h.account_id = $1::uuid AND ${OVERDUE}`)}`,
};

/**
 * $1 at most so many, of whichever account, without its lock: what is counted stays the same, and one that is being settled
 * is left to whoever does it.
 */
export const ASSUME_OVERDUE: Statement = {
  name: 'usage-assume-overdue',
  text: `
WITH due AS MATERIALIZED (
  SELECT h.id FROM usage_hold h WHERE ${OVERDUE} LIMIT $1::integer FOR UPDATE OF h SKIP LOCKED
), ${assumeOf('FROM due d WHERE h.id = d.id')}`,
};

/**
 * $2 action, $3 channel, $4 how far to look back in ms, $5 a person who may have refused, as may whoever a chat is with.
 * Asked under the lock. $6 whose use of the channel with all accounts is told.
 */
export const FACTS: Statement = {
  name: 'usage-facts',
  text: `
SELECT extract(epoch FROM t.now)::float8 * 1000 AS "nowMs", s.lease_id AS "leaseId", s.expires_at > t.now AND NOT s.offered AS live,
  CASE WHEN s.cooling_until > t.now THEN extract(epoch FROM s.cooling_until)::float8 * 1000 END AS "coolingUntilMs",
  s.disabled_at IS NOT NULL AS disabled, recent.at AS "recentAt", recent.here AS "recentHere",
  CASE WHEN $3::text IS NOT NULL THEN (
    SELECT count(*) FROM usage_hold
    WHERE account_id = $1::uuid AND action_type = $2::text AND channel = $3::text AND state <> 'refunded'
  )::integer END AS "channelTotal",
  CASE WHEN $3::text IS NOT NULL THEN (
    SELECT count(*) FROM usage_hold
    WHERE channel = $3::text AND user_id = $6::text AND action_type = $2::text AND state <> 'refunded'
  )::integer END AS "channelAllAccounts",
  EXISTS (
    SELECT FROM channel_stop c WHERE c.user_id = s.user_id AND c.purpose = s.purpose AND c.channel = $3::text
  ) AS stopped,
  EXISTS (SELECT FROM target_refusal r WHERE r.user_id = s.user_id AND r.target IN ($5::text, $3::text)) AS refused
FROM (SELECT clock_timestamp() AS now) AS t, account_slot s, LATERAL (
  SELECT coalesce(array_agg(extract(epoch FROM held_at)::float8 * 1000), '{}') AS at,
    coalesce(array_agg(channel IS NOT DISTINCT FROM $3::text), '{}') AS here
  FROM usage_hold
  WHERE account_id = $1::uuid AND action_type = $2::text AND state <> 'refunded'
    AND held_at > t.now - $4::float8 * interval '1 millisecond'
) AS recent
WHERE s.account_id = $1::uuid`,
};

/**
 * $2 lease, $3 id, $4 action, $5 channel, $6 when (ms), $7 for so many ms, $8 details for the ledger. FOR SHARE: the lease
 * can't be ended or given away between this look and the commit, so that no unit is held outside of its lease; nor is one
 * held while the account rests, if it was put to rest while that lock was waited for. Whether the lease has run out
 * meanwhile is asked once more at the end.
 */
export const HOLD: Statement = {
  name: 'usage-hold',
  text: `
WITH live AS (
  SELECT s.account_id, s.lease_id, s.fence, s.user_id, s.service_name, s.expires_at FROM account_slot s
  WHERE s.account_id = $1::uuid AND s.lease_id = $2::uuid AND s.expires_at > clock_timestamp() AND NOT s.offered
    AND s.cooling_until <= clock_timestamp() AND s.disabled_at IS NULL
  FOR SHARE
), held AS (
  INSERT INTO usage_hold (id, account_id, lease_id, user_id, action_type, channel, state, held_at, expires_at)
  SELECT $3::uuid, account_id, lease_id, user_id, $4::text, $5::text, 'held', to_timestamp($6::float8 / 1000),
    least(to_timestamp($6::float8 / 1000) + $7::float8 * interval '1 millisecond', expires_at)
  FROM live
  RETURNING expires_at
), ${ledgerOf('check', { from: 'live', decision: `'allowed'`, details: '$8::jsonb' })}
SELECT expires_at AS "expiresAt", expires_at > clock_timestamp() AS live FROM held`,
};

/** $2 by what, $3 details. */
export const DENIED: Statement = {
  name: 'usage-denied',
  text: `
INSERT INTO lease_ledger (account_id, lease_id, fence, user_id, service_name, what, decision, why, details)
SELECT account_id, lease_id, fence, user_id, service_name, 'check', 'denied', $2::text, $3::jsonb
FROM account_slot WHERE account_id = $1::uuid`,
};

/**
 * $2 action, $3 channel, $4 did it succeed, $5 reservation, $6 an id for what nobody held, $7 under which lease, $8 that was
 * said by the caller. Without a reservation the oldest that is held for it under the lease, or the last; then the oldest
 * whose time was over and of which nobody has said anything. A reservation is settled whosever the account is by now; one
 * for something else stays as it is, and what was done counts without it: so does one that nobody made. The same call again
 * changes nothing: it finds what was settled, or $6.
 */
export const SETTLE: Statement = {
  name: 'usage-settle',
  text: `
WITH target AS (
  SELECT h.id, h.lease_id, h.state, h.success FROM usage_hold h
  WHERE h.account_id = $1::uuid AND h.action_type = $2::text AND CASE WHEN $5::uuid IS NOT NULL THEN
    h.id = $6::uuid OR h.id = $5::uuid AND ($3::text IS NULL OR h.channel = $3::text) AND (NOT $8::boolean OR h.lease_id = $7::uuid)
    ELSE h.lease_id = $7::uuid AND h.channel IS NOT DISTINCT FROM $3::text
    AND h.success IS NULL AND h.state IN ('held', 'assumed') END
  ORDER BY h.state = 'held' DESC, h.held_at, h.id LIMIT 1
), party AS (
  SELECT s.account_id, l.id AS lease_id, l.fence, l.user_id, l.service_name FROM account_slot s
  LEFT JOIN lease l ON l.account_id = s.account_id AND l.id = coalesce((SELECT lease_id FROM target), $7::uuid)
  WHERE s.account_id = $1::uuid
), settled AS (
  UPDATE usage_hold h SET success = $4::boolean, settled_at = coalesce(h.settled_at, clock_timestamp()),
    state = CASE WHEN h.state <> 'held' THEN h.state WHEN $4::boolean THEN 'done' ELSE 'refunded' END
  FROM target t WHERE h.id = t.id AND t.success IS NULL
  RETURNING h.id, h.state
), unreserved AS (
  INSERT INTO usage_hold (id, account_id, lease_id, user_id, action_type, channel, state, held_at, expires_at, settled_at, success)
  SELECT $6::uuid, account_id, lease_id, user_id, $2::text, $3::text, 'done', t.now, t.now, t.now, true
  FROM party, (SELECT clock_timestamp() AS now) AS t WHERE $4::boolean AND NOT EXISTS (SELECT FROM target)
  RETURNING id
), outcome AS (
  SELECT p.*, coalesce(d.id, t.id, u.id) AS hold,
    CASE WHEN t.id IS NOT NULL THEN coalesce(d.state, t.state) WHEN u.id IS NOT NULL THEN 'unreserved' ELSE 'nothing' END AS recorded,
    t.id IS NOT NULL AND d.id IS NULL AS repeated
  FROM party p LEFT JOIN target t ON true LEFT JOIN settled d ON true LEFT JOIN unreserved u ON true
), ${ledgerOf('record', {
    from: 'outcome',
    where: 'NOT repeated',
    decision: 'recorded',
    details: `jsonb_build_object('id', hold, 'action', $2::text, 'channel', $3::text, 'success', $4::boolean)`,
  })}
SELECT hold, recorded FROM outcome`,
};

/** $2 how far to look back in ms. */
export const STATUS: Statement = {
  name: 'usage-status',
  text: `
SELECT h.action_type AS action, h.channel,
  count(*)::integer AS total,
  coalesce(array_agg(extract(epoch FROM h.held_at)::float8 * 1000)
    FILTER (WHERE h.held_at > clock_timestamp() - $2::float8 * interval '1 millisecond'), '{}') AS "recentAt",
  count(*) FILTER (WHERE h.state = 'held' AND h.expires_at > clock_timestamp() AND s.lease_id = h.lease_id
    AND s.expires_at > clock_timestamp())::integer AS held
FROM usage_hold h JOIN account_slot s ON s.account_id = h.account_id
WHERE h.account_id = $1::uuid AND h.state <> 'refunded'
GROUP BY h.action_type, h.channel`,
};

/** $1 channel, $2 tenant: what each account has done there, and whether this tenant had a part in it. */
export const IN_CHANNEL: Statement = {
  name: 'usage-in-channel',
  text: `
SELECT account_id AS "accountId", action_type AS action, count(*)::integer AS total, bool_or(user_id = $2::text) AS "isMine",
  extract(epoch FROM clock_timestamp())::float8 * 1000 AS "nowMs",
  (sum(count(*) FILTER (WHERE user_id = $2::text)) OVER (PARTITION BY action_type))::integer AS "allAccounts"
FROM usage_hold WHERE channel = $1::text AND state <> 'refunded'
GROUP BY account_id, action_type`,
};

export const USAGE_STATEMENTS = {
  IN_CHANNEL,
  MAKE_CHANNEL,
  LOCK_CHANNEL,
  LOCK,
  HOLDER,
  PARTY,
  ASSUME,
  ASSUME_OVERDUE,
  FACTS,
  HOLD,
  DENIED,
  SETTLE,
  STATUS,
};
export type UsageStatements = Readonly<Record<keyof typeof USAGE_STATEMENTS, Statement>>;
