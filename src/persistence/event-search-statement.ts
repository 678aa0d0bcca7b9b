import type { QueryConfig } from 'pg';
import { EVENT_SEARCH_MARGIN_MS, EVENT_SEARCH_SCAN_MAX } from '#libs/contracts/limits/news';
import type { EventSearchQuery } from '#src/events/event-search';
import { EVENT_COLUMNS } from './event-row.js';

/**
 * One row at least. It looks at EVENT_SEARCH_SCAN_MAX events at most, of the account that is asked for or of all; where
 * those end (`floor`) is found in an index, before any of them is read.
 *
 * There is no index by time: it would be written with each event, for the few times that somebody asks. Ids go with time, so
 * the place of a time is found by halving, forty reads of one row each.
 */
export function searchStatement({ text, names, accountId, from, to, before, limit }: EventSearchQuery): QueryConfig {
  const values: unknown[] = [limit, before ?? null];
  const give = (value: unknown, type: string): string => `$${values.push(value)}::${type}`;
  const ofAccount = accountId === undefined ? '' : `AND account_id = ${give(accountId, 'uuid')}`;
  const earliest =
    from === undefined ? null : placeOf('first_place', give((from - EVENT_SEARCH_MARGIN_MS) / 1000, 'float8'));
  const latest = to === undefined ? null : placeOf('last_place', give((to + EVENT_SEARCH_MARGIN_MS) / 1000, 'float8'));
  const filters = [
    ...(names === undefined ? [] : [`AND name = ANY (${give(names, 'text[]')})`]),
    ...(from === undefined ? [] : [`AND at >= to_timestamp(${give(from / 1000, 'float8')})`]),
    ...(to === undefined ? [] : [`AND at <= to_timestamp(${give(to / 1000, 'float8')})`]),
    ...(text === undefined ? [] : [`AND data::text ILIKE ${give(patternOf(text), 'text')}`]),
  ];
  const bounds = `id < horizon.above AND id >= horizon.below ${ofAccount}`;
  const statement = `
WITH RECURSIVE ${earliest ? `${earliest},` : ''} ${latest ? `${latest},` : ''}
horizon AS MATERIALIZED (
  SELECT least($2::bigint, ${latest ? '(SELECT low FROM last_place WHERE low >= high)' : 'NULL'}, 9223372036854775807) AS above,
    ${earliest ? 'coalesce((SELECT low FROM first_place WHERE low >= high), 0)' : '0'} AS below
), floor AS MATERIALIZED (
  SELECT (SELECT id FROM event WHERE ${bounds} ORDER BY id DESC OFFSET ${EVENT_SEARCH_SCAN_MAX - 1} LIMIT 1) AS last_looked,
    (SELECT id FROM event WHERE ${bounds} ORDER BY id LIMIT 1) AS last_of_all
  FROM horizon
), looked AS MATERIALIZED (
  SELECT coalesce(last_looked, last_of_all) AS place, CASE WHEN last_looked > last_of_all THEN last_looked END AS next
  FROM floor
)
SELECT looked.next AS "nextBefore", (SELECT at FROM event WHERE id = looked.place) AS "lookedBackTo", found.*
FROM horizon CROSS JOIN looked LEFT JOIN LATERAL (
  SELECT ${EVENT_COLUMNS} FROM event WHERE ${bounds} AND id >= looked.place ${filters.join(' ')}
  ORDER BY id DESC LIMIT $1::integer
) AS found ON true
ORDER BY found.id DESC`;
  return { text: statement, values };
}

/**
 * A recursive query whose one row with `low >= high` has the first id from which on all events are not earlier than that
 * time: below `low` all are earlier, from `high` on none is.
 */
function placeOf(name: string, seconds: string): string {
  return `${name} (low, high) AS (
  SELECT (SELECT min(id) FROM event), (SELECT max(id) FROM event) + 1
  UNION ALL
  SELECT CASE WHEN found.at >= to_timestamp(${seconds}) THEN low ELSE middle + 1 END,
    CASE WHEN found.at >= to_timestamp(${seconds}) THEN found.id ELSE high END
  FROM ${name} CROSS JOIN LATERAL (SELECT (low + high) / 2 AS middle) AS half LEFT JOIN LATERAL (
    SELECT id, at FROM event WHERE id BETWEEN low AND middle ORDER BY id DESC LIMIT 1
  ) AS found ON true
  WHERE low < high
)`;
}

/** As it stands inside JSON text, with nothing in it that means more than itself to ILIKE. */
function patternOf(text: string): string {
  return `%${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
