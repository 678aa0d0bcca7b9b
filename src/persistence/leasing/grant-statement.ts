import { OFFER_MS_MAX } from '#libs/contracts/limits/leasing';
import { type Statement } from '../message-statements.js';
import { closeExpired, SLOT_PARTY } from './lease-parts.js';
import { DECAYED_SCORE } from './lease-score.js';
import { ledgerOf } from './ledger-write.js';

/** Of a slot that may be given away, apart from what other tables say. One row says all of this, see the migration. */
const FREE = `s.expires_at <= clock_timestamp() AND s.cooling_until <= clock_timestamp() AND s.disabled_at IS NULL`;

/** A login that was called dead is believed in again when the account has connected since. */
export const LOGIN_LIVES = `(s.login_dead_at IS NULL OR n.since > s.login_dead_at)`;

/** 1 is neutral. Rounded, so that those alike take turns; and most are neutral, of which nothing need be reckoned. */
const SCORE = `CASE WHEN s.score >= 0.95 THEN 1 ELSE round((${DECAYED_SCORE} * 10)) / 10 END`;

/**
 * Slots are put in order first, by what stands in them; what else must hold of an account is looked up on the way down that
 * list, until there are enough: to join three tables for all accounts takes three times as long. How many ask is hidden from
 * the planner, by (SELECT $1): it would make a plan for each number, which takes longer than all the rest.
 *
 * FOR UPDATE OF s: of two who want the same slot one gets it. SKIP LOCKED: who finds it locked takes another at once. When
 * the row was changed after this statement began, Postgres looks at FREE again, in the changed row.
 */
const CHOICE = `asked AS MATERIALIZED (
  SELECT q.*, row_number() OVER (PARTITION BY stuck_to ORDER BY turn) = 1 AS is_first FROM (
    SELECT w.*, (
      SELECT l.account_id FROM lease l WHERE l.sticky = w.sticky ORDER BY l.allocated_at DESC LIMIT 1
    ) AS stuck_to
    FROM unnest((SELECT $1::uuid[]), $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::float8[]) WITH ORDINALITY
      AS w (lease_id, user_id, service_name, purpose, channel, sticky, for_ms, turn)
  ) q
), chosen AS MATERIALIZED (
  SELECT s.account_id, s.lease_id, s.needs_probe, n.phone, r.is_stuck, r.score, r.leased_at
  FROM (
    SELECT s.account_id, s.account_id IN (SELECT stuck_to FROM asked WHERE stuck_to IS NOT NULL) AS is_stuck,
      ${SCORE} AS score, s.leased_at
    FROM account_slot s
    WHERE ${FREE} AND s.account_id <> ALL ($8::uuid[]) AND ($10::uuid[] IS NULL OR s.account_id = ANY ($10::uuid[]))
    ORDER BY is_stuck DESC, score DESC, s.leased_at NULLS FIRST, s.account_id
    OFFSET 0
  ) r
  JOIN account_slot s ON s.account_id = r.account_id
  JOIN account a ON a.id = s.account_id AND a.deleted_at IS NULL
  JOIN account_snapshot n ON n.account_id = s.account_id AND n.status = 'CONNECTED'
  WHERE ${FREE} AND ${LOGIN_LIVES} AND ($9::text[] IS NULL OR a.provider = ANY ($9::text[]))
  ORDER BY r.is_stuck DESC, r.score DESC, r.leased_at NULLS FIRST, r.account_id
  LIMIT (SELECT count(*) FROM asked)
  FOR UPDATE OF s SKIP LOCKED
), placed AS (
  SELECT *, row_number() OVER (ORDER BY is_stuck DESC, score DESC, leased_at NULLS FIRST, account_id) AS place FROM chosen
), matched AS (
  -- Who gets the account that it had last comes first, in the order of these accounts, which were chosen first.
  SELECT q.*, row_number() OVER (ORDER BY p.place NULLS LAST, q.turn) AS place
  FROM asked q LEFT JOIN placed p ON p.account_id = q.stuck_to AND q.is_first
)`;

/**
 * One lease for each ask, as far as there are free accounts: first for whoever had the account that is given last, then for
 * whoever asked first. Of each ask: $1 lease, $2 tenant, $3 service, $4 purpose, $5 channel, $6 sticky, $7 for so many ms.
 * Of all of them: $8 accounts to leave out, $9 providers (null: all), $10 accounts (null: all).
 *
 * That the UPDATE asks for FREE once more costs nothing and keeps it true were the choice ever made without its lock.
 *
 * `offered`, SQL: it is only offered, for OFFER_MS_MAX, and is nobody’s lease before ACCEPT (offer-statements.ts).
 */
export const grantOf = (name: string, offered: string): Statement => ({
  name,
  text: `
WITH ${CHOICE}, granted AS (
  UPDATE account_slot s SET fence = s.fence + 1, lease_id = m.lease_id, user_id = m.user_id, service_name = m.service_name,
    purpose = m.purpose, target_channel_id = m.channel, leased_at = clock_timestamp(), offered = ${offered},
    expires_at = clock_timestamp() + CASE WHEN ${offered} THEN ${OFFER_MS_MAX} ELSE m.for_ms END * interval '1 millisecond'
  FROM placed p JOIN matched m USING (place)
  WHERE s.account_id = p.account_id AND ${FREE}
  RETURNING ${SLOT_PARTY}, s.purpose, s.target_channel_id, s.leased_at, s.expires_at, s.offered, m.sticky,
    p.lease_id AS former_id, p.phone, p.needs_probe
), former AS (
  SELECT account_id, former_id AS lease_id FROM granted WHERE former_id IS NOT NULL
), ${closeExpired('former')}, written AS (
  INSERT INTO lease (id, account_id, fence, user_id, service_name, purpose, target_channel_id, sticky, allocated_at, expires_at)
  SELECT lease_id, account_id, fence, user_id, service_name, purpose, target_channel_id, sticky, leased_at, expires_at
  FROM granted WHERE NOT offered
), ${ledgerOf('lease', {
    from: 'granted',
    decision: `CASE WHEN offered THEN 'offered' ELSE 'granted' END`,
    details: `jsonb_build_object('purpose', purpose, 'channel', target_channel_id, 'until', expires_at)`,
  })}
SELECT g.account_id AS "accountId", g.lease_id AS "leaseId", g.fence, g.leased_at AS "allocatedAt",
  g.expires_at AS "expiresAt", g.phone, g.needs_probe AS "needsProbe", g.offered, (
    SELECT coalesce(json_agg(json_build_object('user_id', r.user_id, 'purpose', r.purpose, 'account_id', r.account_id,
      'limits', r.limits)), '[]')
    FROM limit_rule r WHERE r.account_id IS NULL OR r.account_id = g.account_id
  ) AS rules
FROM granted g`,
});
