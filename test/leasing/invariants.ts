import { type Pool } from 'pg';

/**
 * What must be true of leases and of what was done under them, at every moment, as queries that find what is not. Those of
 * times look back over all that is stored, so that what was wrong for a moment is found later, too. `limits`: the largest
 * that ever counted, of every action; each check kept them.
 */
export async function violations(pool: Pool, limits: Limits = DEFAULTS): Promise<readonly string[]> {
  const all = [limits.daily, limits.channelDaily, limits.channelTotal, limits.allAccounts ?? UNBOUNDED];
  const found: string[] = [];
  for (const [name, text] of Object.entries(QUERIES)) {
    const values = all.slice(0, new Set(text.match(/\$\d/g)).size);
    const { rows } = await pool.query<{ what: string }>(text, values);
    found.push(...rows.map(({ what }) => `${name}: ${what}`));
  }
  return found;
}

export interface Limits {
  readonly daily: number;
  readonly channelDaily: number;
  readonly channelTotal: number;
  /** Of a channel, with all accounts of a tenant; else there is no bound. */
  readonly allAccounts?: number;
}
/** What an integer can be. */
const UNBOUNDED = 2_147_483_647;
const DEFAULTS: Limits = { daily: 30, channelDaily: 15, channelTotal: 200 };

/** Of a hold, at the moment of another: it counted then. A refund gives back from when it was made. */
const COUNTED = `h.held_at <= m.held_at AND (h.state <> 'refunded' OR h.settled_at > m.held_at)`;

/** Allowed by a check. What was done without one counts for those that come after it, but nobody could keep it from passing. */
const CHECKED = `m.settled_at IS DISTINCT FROM m.held_at`;

const QUERIES: Readonly<Record<string, string>> = {
  'two live leases on an account': `
SELECT one.id || ' and ' || other.id AS what FROM lease one JOIN lease other USING (account_id)
WHERE one.fence < other.fence AND coalesce(one.ended_at, one.expires_at) > other.allocated_at`,
  'account offered while it was leased': `
SELECT g.id::text AS what FROM lease_ledger g JOIN lease l USING (account_id)
WHERE g.decision = 'offered' AND l.fence < g.fence AND coalesce(l.ended_at, l.expires_at) > g.at`,
  'fence does not grow with time': `
SELECT one.id::text AS what FROM lease one JOIN lease other USING (account_id)
WHERE one.fence < other.fence AND one.allocated_at > other.allocated_at`,
  'slot and last lease differ': `
SELECT s.account_id::text AS what FROM account_slot s LEFT JOIN LATERAL (
  SELECT l.id, l.fence FROM lease l WHERE l.account_id = s.account_id ORDER BY l.fence DESC LIMIT 1
) last ON true
WHERE CASE WHEN s.offered THEN coalesce(last.fence, 0) >= s.fence
  ELSE s.fence <> coalesce(last.fence, 0) OR s.lease_id IS DISTINCT FROM last.id END`,
  'lease lives beyond its end': `
SELECT l.id::text AS what FROM lease l JOIN account_slot s ON s.lease_id = l.id AND s.account_id = l.account_id
WHERE l.ended_at IS NOT NULL AND s.expires_at > clock_timestamp()`,
  'lease that was over was renewed': `
SELECT x.lease_id::text AS what FROM lease_ledger x WHERE x.what = 'lease' AND x.decision IN ('extended', 'accepted') AND x.at > (
  SELECT max((before.details ->> 'until')::timestamptz) FROM lease_ledger before
  WHERE before.lease_id = x.lease_id AND before.id < x.id AND before.decision IN ('granted', 'offered', 'accepted', 'extended')
)`,
  'hold outside of its lease': `
SELECT h.id::text AS what FROM usage_hold h JOIN lease l ON l.id = h.lease_id
WHERE h.settled_at IS DISTINCT FROM h.held_at AND (h.held_at < l.allocated_at - interval '1 millisecond'
  OR h.held_at > coalesce(l.ended_at, l.expires_at) OR h.expires_at > l.expires_at)`,
  'more than a day holds': `
SELECT m.account_id || ' ' || m.action_type || ' ' || count(*) AS what FROM usage_hold m JOIN usage_hold h
  ON h.account_id = m.account_id AND h.action_type = m.action_type AND ${COUNTED} AND h.held_at > m.held_at - interval '24 hours'
WHERE ${CHECKED} GROUP BY m.id HAVING count(*) > $1::integer AND $2::integer > 0 AND $3::integer > 0`,
  'more than a channel’s day holds': `
SELECT m.account_id || ' ' || m.channel || ' ' || count(*) AS what FROM usage_hold m JOIN usage_hold h
  ON h.account_id = m.account_id AND h.action_type = m.action_type AND h.channel = m.channel AND ${COUNTED}
  AND h.held_at > m.held_at - interval '24 hours'
WHERE ${CHECKED} GROUP BY m.id HAVING count(*) > $2::integer AND $1::integer > 0 AND $3::integer > 0`,
  'more than a channel holds': `
SELECT m.account_id || ' ' || m.channel || ' ' || count(*) AS what FROM usage_hold m JOIN usage_hold h
  ON h.account_id = m.account_id AND h.action_type = m.action_type AND h.channel = m.channel AND ${COUNTED}
WHERE ${CHECKED} GROUP BY m.id HAVING count(*) > $3::integer AND $1::integer > 0 AND $2::integer > 0`,
  'more than a channel holds with all accounts': `
SELECT m.user_id || ' ' || m.channel || ' ' || count(*) AS what FROM usage_hold m JOIN usage_hold h
  ON h.user_id = m.user_id AND h.action_type = m.action_type AND h.channel = m.channel AND ${COUNTED}
WHERE ${CHECKED} GROUP BY m.id HAVING count(*) > $4::integer AND $1::integer + $2::integer + $3::integer > 0`,
  'allowed in a channel that was stopped': `
SELECT c.id || ' in ' || (c.details ->> 'channel') AS what FROM lease_ledger c JOIN lease l ON l.id = c.lease_id
CROSS JOIN LATERAL (
  SELECT x.decision FROM lease_ledger x WHERE x.what = 'channel' AND x.user_id = c.user_id AND x.at < c.at
    AND x.details ->> 'purpose' = l.purpose AND x.details ->> 'channel' = c.details ->> 'channel'
  ORDER BY x.at DESC, x.id DESC LIMIT 1
) last
WHERE c.what = 'check' AND c.decision = 'allowed' AND last.decision = 'stopped'`,
  'allowed to a person who had refused': `
SELECT c.id || ' to ' || r.target AS what FROM lease_ledger c JOIN target_refusal r ON r.user_id = c.user_id
  AND r.target IN (c.details ->> 'target', c.details ->> 'channel') AND r.at < c.at
WHERE c.what = 'check' AND c.decision = 'allowed'`,
  'hold that ended twice, or not': `
SELECT id || ' ' || state AS what FROM usage_hold
WHERE (state = 'held') <> (settled_at IS NULL) OR (state = 'done' AND success IS NOT TRUE)
  OR (state = 'refunded' AND success IS NOT FALSE)`,
  'counted otherwise than the ledger says': `
SELECT a.id || ' ' || coalesce(told.count, 0) || ' of ' || coalesce(kept.count, 0) AS what FROM account a
LEFT JOIN (SELECT account_id, count(*) FROM usage_hold WHERE state <> 'refunded' GROUP BY account_id) kept ON kept.account_id = a.id
LEFT JOIN (
  SELECT account_id, count(*) FILTER (WHERE what = 'check' AND decision = 'allowed')
    + count(*) FILTER (WHERE what = 'record' AND decision = 'unreserved')
    - count(*) FILTER (WHERE what = 'record' AND decision = 'refunded') AS count
  FROM lease_ledger GROUP BY account_id
) told ON told.account_id = a.id
WHERE coalesce(told.count, 0) <> coalesce(kept.count, 0)`,
  'lease that the ledger does not know': `
SELECT l.id::text AS what FROM lease l WHERE 1 <> (
  SELECT count(*) FROM lease_ledger g WHERE g.lease_id = l.id AND g.what = 'lease' AND g.decision IN ('granted', 'accepted')
) OR (l.ended_at IS NOT NULL)::integer <> (
  SELECT count(*) FROM lease_ledger g
  WHERE g.lease_id = l.id AND g.fence = l.fence AND g.what = 'lease' AND g.decision IN ('released', 'expired', 'ended')
)`,
  'account that rested or was out was given away': `
SELECT l.id || ' after ' || e.why AS what FROM lease l JOIN lease_ledger e
  ON e.account_id = l.account_id AND e.what = 'error' AND e.at < l.allocated_at
WHERE e.decision = 'disabled'
  OR l.allocated_at < e.at + coalesce((e.details ->> 'rest_ms')::float8, 0) * interval '1 millisecond'`,
};
