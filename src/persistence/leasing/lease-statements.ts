import { type Statement } from '../message-statements.js';
import { grantOf, LOGIN_LIVES } from './grant-statement.js';
import { closeExpired, endedEvent, LEASE_PARTY, SLOT_PARTY } from './lease-parts.js';
import { scoredBy } from './lease-score.js';
import { ledgerOf } from './ledger-write.js';

/**
 * Leases. All time is the database's, by clock_timestamp(): now() is when a transaction began, which is before it waited.
 * That a lease is over is part of each condition, so nothing need run for it; whoever meets one that is over and still
 * open in `lease` closes it there.
 */

/** An account that has to be asked something first is only offered. */
export const GRANT = grantOf('lease-grant', 's.needs_probe');

const LIVES = LOGIN_LIVES.replaceAll('n.since', `coalesce(n.since, '-infinity')`);

/**
 * $1 at most so many: how accounts stand, as far as an allocation asks that leaves $2 out and wants $3 providers and $4 accounts
 * (null: any). First those that it may have now, then those that time alone will free, by when, then other wanted ones: so
 * the first of them says whether there is any, and else when.
 */
export const LOOK: Statement = {
  name: 'lease-look',
  text: `
SELECT s.account_id AS "accountId", a.provider, coalesce(n.status, 'DISCONNECTED') AS status, s.service_name AS "serviceName",
  CASE WHEN s.expires_at > clock_timestamp() THEN s.expires_at END AS "leasedUntil", s.offered,
  CASE WHEN s.cooling_until > clock_timestamp() THEN s.cooling_until END AS "coolingUntil", s.cooling_cause AS "coolingCause",
  s.disabled_at IS NOT NULL AS disabled, NOT ${LIVES} AS "loginDead"
FROM account_slot s
JOIN account a ON a.id = s.account_id AND a.deleted_at IS NULL
LEFT JOIN account_snapshot n ON n.account_id = s.account_id
ORDER BY ($3::text[] IS NULL OR a.provider = ANY ($3::text[])) AND ($4::uuid[] IS NULL OR s.account_id = ANY ($4::uuid[])) DESC,
  coalesce(n.status = 'CONNECTED', false) AND s.disabled_at IS NULL AND ${LIVES} AND s.account_id <> ALL ($2::uuid[]) DESC,
  greatest(s.expires_at, s.cooling_until), s.account_id
LIMIT $1::integer`,
};

/** Of an offer nobody has heard. */
const LEASED = 's.expires_at > clock_timestamp() AND NOT s.offered';

/** Of the lease of now, by its service and, if that is given ($3), its id. */
const OWN_LEASE = `s.account_id = $1::uuid AND s.service_name = $2::text AND ($3::uuid IS NULL OR s.lease_id = $3::uuid)
    AND ${LEASED}`;

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

/** `released`, SQL: the CTE that frees slots. */
const releaseOf = (name: string, released: string): Statement => ({
  name,
  text: `
WITH ${released}, written AS (
  UPDATE lease l SET ended_at = clock_timestamp(), end_cause = 'released', usage_stats = r.usage_stats
  FROM released r WHERE l.id = r.lease_id
  RETURNING l.id, l.account_id, l.ended_at
), ${ledgerOf('lease', { from: 'released', decision: `'released'`, details: 'usage_stats' })},
${endedEvent('released', `'released'`, 'told')}
SELECT account_id AS "accountId", id AS "leaseId", ended_at AS "endedAt" FROM written`,
});

/** $4 what its holder says it did. */
export const RELEASE = releaseOf(
  'lease-release',
  `released AS (
  UPDATE account_slot s SET expires_at = '-infinity', ${scoredBy('$4::jsonb')}
  WHERE ${OWN_LEASE} RETURNING ${SLOT_PARTY}, $4::jsonb AS usage_stats
)`,
);

/**
 * Of each: $1 account, $2 service, $3 lease (null: whichever), $4 what its holder says it did. No account twice. Slots that
 * somebody has locked are left alone: many must not wait for one, nor for each other in a circle.
 */
export const RELEASE_TOGETHER = releaseOf(
  'lease-release-together',
  `own AS MATERIALIZED (
  SELECT s.account_id, w.usage_stats
  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::jsonb[]) AS w (account_id, service_name, lease_id, usage_stats)
  JOIN account_slot s ON s.account_id = w.account_id AND s.service_name = w.service_name
    AND (w.lease_id IS NULL OR s.lease_id = w.lease_id) AND ${LEASED}
  FOR NO KEY UPDATE OF s SKIP LOCKED
), released AS (
  UPDATE account_slot s SET expires_at = '-infinity', ${scoredBy('o.usage_stats')}
  FROM own o WHERE s.account_id = o.account_id AND ${LEASED}
  RETURNING ${SLOT_PARTY}, o.usage_stats
)`,
);

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

/** $1 account, $2 who came to a lease that is not theirs, $3 why not, $4 details. */
export const TURNED_AWAY: Statement = {
  name: 'lease-turned-away',
  text: `
INSERT INTO lease_ledger (account_id, service_name, what, decision, why, details)
SELECT id, $2::text, 'lease', 'turned_away', $3::text, $4::jsonb FROM account WHERE id = $1::uuid`,
};

export const LEASE_STATEMENTS = {
  GRANT,
  LOOK,
  EXTEND,
  RELEASE,
  RELEASE_TOGETHER,
  OVER,
  KEEP_USAGE,
  CLOSE_EXPIRED,
  END,
  REFUSED,
  TURNED_AWAY,
};
export type LeaseStatements = Readonly<Record<keyof typeof LEASE_STATEMENTS, Statement>>;
