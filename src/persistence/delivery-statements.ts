import { WEBHOOK_HEALTH_EVERY_MS } from '#libs/contracts/limits/news';
import { eventOf } from './event-write.js';
import { isOver } from './log-mark.js';
import { DELIVERY_COLUMNS } from './webhook-row.js';

/**
 * $1 webhook, $2 limit, $3 and $4 the mark, $5 account. One row at least when there is such a webhook. Null is found by the
 * index only as such.
 */
export const lineStatement = (accountId: string | null) => ({
  name: accountId === null ? 'delivery-line-of-none' : 'delivery-line',
  text: `
SELECT w.url, w.secret, w.state, w.version, w.resumed_at AS "resumedAt", d.*
FROM webhook w LEFT JOIN LATERAL (
  SELECT id AS "deliveryId", attempts, next_attempt_at AS "nextAttemptAt", wanted_at AS "wantedAt",
    event_id AS id, account_id AS "accountId", event_name AS name, event_at AS at, data,
    event_id <= $3::bigint AND ${isOver('$4')} AS decided
  FROM webhook_delivery
  WHERE webhook_id = w.id AND account_id ${accountId === null ? 'IS NULL' : '= $5::uuid'} AND state = 'waiting'
  ORDER BY event_id LIMIT $2::integer
) AS d ON true
WHERE w.id = $1::uuid
ORDER BY d.id`,
});

/** First of all locks, as a deletion takes them in this order, too; it lets others write the webhook at the same time. */
const HOOK = `hook AS MATERIALIZED (
  SELECT id AS hook_id FROM webhook WHERE id = $2::uuid FOR KEY SHARE
)`;

/** One that was put back, or concluded, meanwhile is left as it is. */
export const TAKEN = {
  name: 'delivery-taken',
  text: `
WITH ${HOOK}, done AS (
  UPDATE webhook_delivery SET state = 'taken', attempts = attempts + 1, next_attempt_at = NULL, last_status = $4::integer,
    last_error = NULL, duration_ms = $5::integer, concluded_at = to_timestamp($3::float8 / 1000)
  WHERE id = $1::uuid AND webhook_id = (SELECT hook_id FROM hook) AND state = 'waiting'
), health AS (
  UPDATE webhook SET last_taken_at = to_timestamp($3::float8 / 1000), failing_since = NULL
  WHERE id = (SELECT hook_id FROM hook) AND (
    failing_since IS NOT NULL OR last_taken_at IS NULL
    OR last_taken_at < to_timestamp($3::float8 / 1000) - ${WEBHOOK_HEALTH_EVERY_MS} * interval '1 ms'
  )
)
SELECT version, NULL AS "failingSince" FROM webhook WHERE id = (SELECT hook_id FROM hook)`,
};

/** $7: when it is tried again; null: given up. An event about webhooks that is given up makes no further one. */
export const failedStatement = {
  name: 'delivery-failed',
  text: `
WITH ${HOOK}, failed AS (
  UPDATE webhook_delivery SET attempts = attempts + 1, last_status = $4::integer, last_error = $6::text,
    duration_ms = $5::integer,
    state = CASE WHEN $7::float8 IS NULL THEN 'dead' ELSE 'waiting' END,
    next_attempt_at = to_timestamp($7::float8 / 1000),
    concluded_at = CASE WHEN $7::float8 IS NULL THEN to_timestamp($3::float8 / 1000) END
  WHERE id = $1::uuid AND webhook_id = (SELECT hook_id FROM hook) AND state = 'waiting'
  RETURNING id, webhook_id, event_id, event_name, account_id
), given_up AS (
  SELECT * FROM failed WHERE $7::float8 IS NULL AND event_name NOT LIKE 'webhook.%'
), ${eventOf('webhook.gave-up', {
    from: 'given_up',
    accountId: 'account_id',
    data: `json_build_object('webhookId', webhook_id, 'deliveryId', id, 'eventId', event_id::text, 'event', event_name)`,
  })}
UPDATE webhook SET last_failed_at = to_timestamp($3::float8 / 1000), last_error = $6::text,
  failing_since = coalesce(failing_since, to_timestamp($3::float8 / 1000))
WHERE id = (SELECT hook_id FROM hook)
RETURNING version, failing_since AS "failingSince"`,
};

/**
 * The first delivery of each line of these webhooks, as `first`. From one line to the next by the index: a million that wait
 * behind the first ones are not looked at.
 */
const firstOfLines = (which: string): string => {
  const waiting = (account: string): string =>
    `FROM webhook_delivery WHERE webhook_id = hook_id AND account_id ${account} AND state = 'waiting'`;
  return `hook (hook_id) AS MATERIALIZED (
  SELECT id FROM webhook WHERE ${which}
), line (hook_id, line_account) AS (
  SELECT hook_id, found.account_id
  FROM hook, LATERAL (SELECT account_id ${waiting('IS NOT NULL')} ORDER BY account_id LIMIT 1) AS found
  UNION ALL
  SELECT hook_id, found.account_id
  FROM line, LATERAL (SELECT account_id ${waiting('> line_account')} ORDER BY account_id LIMIT 1) AS found
), first (webhook_id, account_id, next_attempt_at) AS (
  SELECT hook_id, line_account, found.next_attempt_at
  FROM line, LATERAL (SELECT next_attempt_at ${waiting('= line_account')} ORDER BY event_id LIMIT 1) AS found
  UNION ALL
  SELECT hook_id, NULL::uuid, found.next_attempt_at
  FROM hook, LATERAL (SELECT next_attempt_at ${waiting('IS NULL')} ORDER BY event_id LIMIT 1) AS found
)`;
};

/** $1: what should have been served before. Only the first of a line counts; those behind it wait for it. */
export const OVERDUE = `
WITH RECURSIVE ${firstOfLines(`state = 'active'`)}
SELECT count(*)::integer AS count,
  plan_deliveries(array_agg(webhook_id), array_agg(account_id), now(), false) AS planned
FROM first WHERE next_attempt_at < to_timestamp($1::float8 / 1000)`;

/** $1 webhook: a job now for each of its lines. */
export const PLAN_ALL = `
WITH RECURSIVE ${firstOfLines('id = $1::uuid')}
SELECT plan_deliveries(array_agg(webhook_id), array_agg(account_id), now(), false) FROM first`;

/** $4: id of the last one before. */
export const LIST = `
SELECT ${DELIVERY_COLUMNS} FROM webhook_delivery
WHERE webhook_id = $1::uuid AND ($2::text IS NULL OR state = $2::text) AND ($3::uuid IS NULL OR account_id = $3::uuid)
  AND ($4::uuid IS NULL OR event_id < (SELECT event_id FROM webhook_delivery WHERE id = $4::uuid))
ORDER BY event_id DESC LIMIT $5::integer`;

/** $3: id of the last one before. Of each webhook as many as are asked for, by its index; one event may have gone to several. */
export const LIST_ALL = `
WITH place AS MATERIALIZED (
  SELECT event_id FROM webhook_delivery WHERE id = $3::uuid
), found AS MATERIALIZED (
  SELECT part.id FROM webhook w CROSS JOIN LATERAL (
    SELECT id, event_id FROM webhook_delivery
    WHERE webhook_id = w.id AND ($1::text IS NULL OR state = $1::text) AND ($2::uuid IS NULL OR account_id = $2::uuid)
      AND ($3::uuid IS NULL OR event_id <= (SELECT event_id FROM place)
        AND (event_id, id) < ((SELECT event_id FROM place), $3::uuid))
    ORDER BY event_id DESC LIMIT $4::integer
  ) AS part
  ORDER BY part.event_id DESC, part.id DESC LIMIT $4::integer
)
SELECT ${DELIVERY_COLUMNS} FROM webhook_delivery WHERE id IN (SELECT id FROM found)
ORDER BY event_id DESC, webhook_delivery.id DESC`;

const AGAIN = `state = 'waiting', attempts = 0, concluded_at = NULL`;

export const REDELIVER = `
UPDATE webhook_delivery SET ${AGAIN}, next_attempt_at = to_timestamp($3::float8 / 1000),
  wanted_at = to_timestamp($3::float8 / 1000)
WHERE webhook_id = $1::uuid AND id = $2::uuid
RETURNING ${DELIVERY_COLUMNS}`;

/** The oldest first. A paused webhook's jobs find nothing to do, and are planned anew when it is resumed. */
export const REDELIVER_DEAD = `
WITH changed AS (
  UPDATE webhook_delivery SET ${AGAIN}, next_attempt_at = to_timestamp($2::float8 / 1000),
    wanted_at = to_timestamp($2::float8 / 1000)
  WHERE id = ANY (ARRAY(
    SELECT id FROM webhook_delivery WHERE webhook_id = $1::uuid AND state = 'dead' ORDER BY event_id LIMIT $3::integer
  ))
  RETURNING webhook_id, account_id
), line AS (
  SELECT DISTINCT webhook_id, account_id FROM changed
)
SELECT (SELECT count(*)::integer FROM changed) AS count,
  (SELECT plan_deliveries(array_agg(webhook_id), array_agg(account_id), now(), false) FROM line) AS planned`;

/** $1 days, $2 at most so many. */
export const GIVE_UP_PAUSED = `
UPDATE webhook_delivery SET state = 'dead', next_attempt_at = NULL, concluded_at = now(),
  last_error = 'Given up: the webhook was paused for too long.'
WHERE state = 'waiting' AND id = ANY (ARRAY(
  SELECT d.id FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id
  WHERE w.state = 'paused' AND d.state = 'waiting' AND d.wanted_at < now() - make_interval(days => $1::integer)
  LIMIT $2::integer
))`;
