import { OFFER_MS_MAX, SCORE_HALF_LIFE_MS } from '#libs/contracts/limits/leasing';
import { type Statement } from '../message-statements.js';
import { eventOf } from '../event-write.js';
import { ledgerOf } from './ledger-write.js';

/**
 * Leases. All time is the database's, by clock_timestamp(): now() is when a transaction began, which is before it waited.
 * That a lease is over is part of each condition, so nothing need run for it; whoever meets one that is over and still
 * open in `lease` closes it there.
 */

/** Of a slot that may be given away, apart from what other tables say. One row says all of this, see the migration. */
const FREE = `s.expires_at <= clock_timestamp() AND s.cooling_until <= clock_timestamp() AND s.disabled_at IS NULL`;

/** A login that was called dead is believed in again when the account has connected since. */
const LOGIN_LIVES = `(s.login_dead_at IS NULL OR n.since > s.login_dead_at)`;

/**
 * 1 is neutral; half of what is missing comes back in each half-life. Rounded, so that those alike take turns; and most are
 * neutral, of which nothing need be reckoned. As float8: for numbers of any length the same takes ten times as long.
 */
const SCORE = `CASE WHEN s.score >= 0.95 THEN 1 ELSE round(((1 - (1 - s.score) * power(2::float8,
    -greatest(0, extract(epoch FROM clock_timestamp() - s.score_at)::float8 * 1000 / ${SCORE_HALF_LIFE_MS}))) * 10)) / 10 END`;

/** Columns of a slot that a line of the ledger takes. */
export const SLOT_PARTY = 's.account_id, s.lease_id, s.fence, s.user_id, s.service_name';
const LEASE_PARTY = 'l.account_id, l.id AS lease_id, l.fence, l.user_id, l.service_name';

/** Its holder is told. `from` has the columns that the ledger takes; `cause` is SQL. */
const endedEvent = (from: string, cause: string, as: string): string =>
  eventOf('lease.ended', {
    from,
    accountId: 'account_id',
    data: `json_build_object('leaseId', lease_id, 'fence', fence, 'userId', user_id, 'serviceName', service_name,
    'cause', ${cause})`,
    as,
  });

/**
 * Closes a lease in `lease` whose time was over. `from` has its account_id and lease_id, and has the lock of the slot: else
 * one that is being extended in this moment, before its end, would be closed.
 */
const closeExpired = (from: string): string => `expired AS (
  UPDATE lease l SET ended_at = l.expires_at, end_cause = 'expired'
  FROM ${from} o WHERE l.id = o.lease_id AND l.account_id = o.account_id AND l.ended_at IS NULL
  RETURNING ${LEASE_PARTY}
), ${ledgerOf('lease', { from: 'expired', decision: `'expired'`, as: 'expired_noted' })},
${endedEvent('expired', `'expired'`, 'expired_told')}`;

/**
 * $1 lease, $2 tenant, $3 service, $4 purpose, $5 channel, $6 sticky, $7 for so many ms, $8 accounts to leave out,
 * $9 providers (null: all), $10 accounts (null: all).
 *
 * FOR UPDATE OF s: of two who want the same slot one gets it. SKIP LOCKED: who finds it locked takes another at once. When
 * the row was changed after this statement began, Postgres looks at FREE again, in the changed row. That the UPDATE asks
 * once more costs nothing and keeps it true were the choice ever made without its lock.
 *
 * `offered`, SQL: it is only offered, for OFFER_MS_MAX, and is nobody’s lease before ACCEPT (offer-statements.ts).
 */
export const grantOf = (name: string, offered: string): Statement => ({
  name,
  text: `
WITH chosen AS MATERIALIZED (
  SELECT s.account_id, s.lease_id, s.needs_probe, n.phone
  FROM account_slot s
  JOIN account a ON a.id = s.account_id AND a.deleted_at IS NULL
  JOIN account_snapshot n ON n.account_id = s.account_id AND n.status = 'CONNECTED'
  WHERE ${FREE} AND ${LOGIN_LIVES} AND s.account_id <> ALL ($8::uuid[])
    AND ($9::text[] IS NULL OR a.provider = ANY ($9::text[])) AND ($10::uuid[] IS NULL OR s.account_id = ANY ($10::uuid[]))
  ORDER BY s.account_id IS NOT DISTINCT FROM (
    SELECT l.account_id FROM lease l WHERE l.sticky = $6::text ORDER BY l.allocated_at DESC LIMIT 1
  ) DESC, ${SCORE} DESC, s.leased_at NULLS FIRST, s.account_id
  LIMIT 1
  FOR UPDATE OF s SKIP LOCKED
), granted AS (
  UPDATE account_slot s SET fence = s.fence + 1, lease_id = $1::uuid, user_id = $2::text, service_name = $3::text,
    purpose = $4::text, target_channel_id = $5::text, leased_at = clock_timestamp(), offered = ${offered},
    expires_at = clock_timestamp() + CASE WHEN ${offered} THEN ${OFFER_MS_MAX} ELSE $7::float8 END * interval '1 millisecond'
  WHERE s.account_id = (SELECT account_id FROM chosen) AND ${FREE}
  RETURNING ${SLOT_PARTY}, s.purpose, s.target_channel_id, s.leased_at, s.expires_at, s.offered
), former AS (
  SELECT c.account_id, c.lease_id FROM chosen c JOIN granted USING (account_id) WHERE c.lease_id IS NOT NULL
), ${closeExpired('former')}, written AS (
  INSERT INTO lease (id, account_id, fence, user_id, service_name, purpose, target_channel_id, sticky, allocated_at, expires_at)
  SELECT lease_id, account_id, fence, user_id, service_name, purpose, target_channel_id, $6::text, leased_at, expires_at
  FROM granted WHERE NOT offered
), ${ledgerOf('lease', {
    from: 'granted',
    decision: `CASE WHEN offered THEN 'offered' ELSE 'granted' END`,
    details: `jsonb_build_object('purpose', purpose, 'channel', target_channel_id, 'until', expires_at)`,
  })}
SELECT g.account_id AS "accountId", g.lease_id AS "leaseId", g.fence, g.leased_at AS "allocatedAt",
  g.expires_at AS "expiresAt", c.phone, c.needs_probe AS "needsProbe", g.offered, (
    SELECT coalesce(json_agg(json_build_object('user_id', r.user_id, 'purpose', r.purpose, 'account_id', r.account_id,
      'limits', r.limits)), '[]')
    FROM limit_rule r WHERE r.account_id IS NULL OR r.account_id = g.account_id
  ) AS rules
FROM granted g JOIN chosen c USING (account_id)`,
});

/** An account that has to be asked something first is only offered. */
export const GRANT = grantOf('lease-grant', 's.needs_probe');

/** $1 at most so many: how accounts stand, as far as an allocation asks. */
export const LOOK: Statement = {
  name: 'lease-look',
  text: `
SELECT s.account_id AS "accountId", a.provider, coalesce(n.status, 'DISCONNECTED') AS status, s.service_name AS "serviceName",
  CASE WHEN s.expires_at > clock_timestamp() THEN s.expires_at END AS "leasedUntil",
  CASE WHEN s.cooling_until > clock_timestamp() THEN s.cooling_until END AS "coolingUntil", s.cooling_cause AS "coolingCause",
  s.disabled_at IS NOT NULL AS disabled, NOT ${LOGIN_LIVES.replaceAll('n.since', `coalesce(n.since, '-infinity')`)} AS "loginDead"
FROM account_slot s
JOIN account a ON a.id = s.account_id AND a.deleted_at IS NULL
LEFT JOIN account_snapshot n ON n.account_id = s.account_id
ORDER BY s.account_id LIMIT $1::integer`,
};

/** Of the lease of now, by its service and, if that is given ($3), its id. Of an offer nobody has heard. */
const OWN_LEASE = `s.account_id = $1::uuid AND s.service_name = $2::text AND ($3::uuid IS NULL OR s.lease_id = $3::uuid)
    AND s.expires_at > clock_timestamp() AND NOT s.offered`;

/**
 * $4 until so many ms from now. One that is over is not renewed: somebody else may be about to have it; nor is one whose
 * account was deleted.
 */
export const EXTEND: Statement = {
  name: 'lease-extend',
  text: `
WITH extended AS (
  UPDATE account_slot s
  SET expires_at = greatest(s.expires_at, clock_timestamp() + $4::float8 * interval '1 millisecond')
  WHERE ${OWN_LEASE} AND EXISTS (SELECT FROM account a WHERE a.id = s.account_id AND a.deleted_at IS NULL)
  RETURNING ${SLOT_PARTY}, s.leased_at, s.expires_at
), written AS (
  UPDATE lease l SET expires_at = e.expires_at FROM extended e WHERE l.id = e.lease_id
), ${ledgerOf('lease', {
    from: 'extended',
    decision: `'extended'`,
    details: `jsonb_build_object('until', expires_at)`,
  })}
SELECT lease_id AS "leaseId", fence, leased_at AS "allocatedAt", expires_at AS "expiresAt" FROM extended`,
};

/** $4 what its holder says it did. */
export const RELEASE: Statement = {
  name: 'lease-release',
  text: `
WITH released AS (
  UPDATE account_slot s SET expires_at = '-infinity' WHERE ${OWN_LEASE} RETURNING ${SLOT_PARTY}
), written AS (
  UPDATE lease l SET ended_at = clock_timestamp(), end_cause = 'released', usage_stats = $4::jsonb
  FROM released r WHERE l.id = r.lease_id
  RETURNING l.id, l.ended_at
), ${ledgerOf('lease', { from: 'released', decision: `'released'`, details: '$4::jsonb' })},
${endedEvent('released', `'released'`, 'told')}
SELECT id AS "leaseId", ended_at AS "endedAt" FROM written`,
};

/**
 * When nothing was released: the last lease of this service ($2), or the one that is named ($3), if it was its own. One
 * that expired is closed here. `lives`: it is not over after all, somebody has just extended it.
 */
export const OVER: Statement = {
  name: 'lease-over',
  text: `
WITH mine AS (
  SELECT l.account_id, l.id AS lease_id, l.ended_at, l.end_cause, l.expires_at FROM lease l
  WHERE l.account_id = $1::uuid AND l.service_name = $2::text AND ($3::uuid IS NULL OR l.id = $3::uuid)
  ORDER BY l.fence DESC LIMIT 1
), due AS (
  SELECT m.account_id, m.lease_id FROM mine m JOIN account_slot s ON s.account_id = m.account_id
  WHERE m.ended_at IS NULL AND (s.lease_id <> m.lease_id OR s.expires_at <= clock_timestamp())
  FOR UPDATE OF s
), ${closeExpired('due')}
SELECT lease_id AS "leaseId", coalesce(ended_at, expires_at) AS "endedAt", coalesce(end_cause, 'expired') AS "endCause",
  ended_at IS NULL AND NOT EXISTS (SELECT FROM due) AS lives
FROM mine`,
};

/** $1 lease, which is over, $2 what its holder says it did. The first word on it counts. */
export const KEEP_USAGE: Statement = {
  name: 'lease-keep-usage',
  text: `
WITH kept AS (
  UPDATE lease l SET usage_stats = $2::jsonb WHERE l.id = $1::uuid AND l.ended_at IS NOT NULL AND l.usage_stats IS NULL
  RETURNING ${LEASE_PARTY}
), ${ledgerOf('lease', { from: 'kept', decision: `'told_late'`, details: '$2::jsonb' })}
SELECT lease_id FROM kept`,
};

/** $1 at most so many: leases that are over and that nobody has met since. Their holders are told by this, and no more. */
export const CLOSE_EXPIRED: Statement = {
  name: 'lease-close-expired',
  text: `
WITH due AS MATERIALIZED (
  SELECT l.account_id, l.id AS lease_id FROM lease l JOIN account_slot s ON s.account_id = l.account_id
  WHERE l.ended_at IS NULL AND l.expires_at <= clock_timestamp()
    AND (s.lease_id <> l.id OR s.expires_at <= clock_timestamp())
  ORDER BY l.expires_at LIMIT $1::integer
  FOR UPDATE OF s SKIP LOCKED
), ${closeExpired('due')}
SELECT lease_id FROM expired`,
};

/**
 * $2 why. Whoever holds it is no longer asked; of an offer there is nobody to be told. The slot is locked in the same
 * transaction before: a lease that is accepted meanwhile would not be seen.
 */
export const END: Statement = {
  name: 'lease-end',
  text: `
WITH ended AS (
  UPDATE account_slot s SET expires_at = '-infinity'
  WHERE s.account_id = $1::uuid AND s.expires_at > clock_timestamp() RETURNING ${SLOT_PARTY}
), written AS (
  UPDATE lease l SET ended_at = clock_timestamp(), end_cause = $2::text
  FROM ended e WHERE l.id = e.lease_id AND l.account_id = e.account_id
  RETURNING ${LEASE_PARTY}
), ${ledgerOf('lease', { from: 'ended', decision: `'ended'`, why: '$2::text' })},
${endedEvent('written', '$2::text', 'told')}
SELECT lease_id AS "leaseId" FROM ended`,
};

/** What was refused is told, too: who, what for, and why. */
export const REFUSED: Statement = {
  name: 'lease-refused',
  text: `
INSERT INTO lease_ledger (user_id, service_name, what, decision, why, details)
VALUES ($1::text, $2::text, 'lease', 'refused', $3::text, $4::jsonb)`,
};

export const LEASE_STATEMENTS = { GRANT, LOOK, EXTEND, RELEASE, OVER, KEEP_USAGE, CLOSE_EXPIRED, END, REFUSED };
export type LeaseStatements = Readonly<Record<keyof typeof LEASE_STATEMENTS, Statement>>;
