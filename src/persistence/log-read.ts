import type { QueryConfig } from 'pg';
import { LOG_SCAN_MAX } from '#libs/contracts/limits/news';
import type { LogFilter, LogPage, LogPlace } from '#src/events/event-log';
import { EVENT_COLUMNS, type EventRow, loggedEventOf } from './event-row.js';
import { isOver, type LogMark } from './log-mark.js';

export interface HeadRow {
  readonly over: boolean;
  /** bigint: text on its way through the driver, here and below. */
  readonly written: string;
}
export type ReadRow = HeadRow & { readonly forgottenTo: string; readonly scanned: string | null } & (
    | EventRow
    | { readonly id: null }
  );

/** The last event that was ever there: nothing that is on the disk has a greater id. */
const WRITTEN = 'greatest(forgotten_to, (SELECT max(id) FROM event))';

/** $1 the mark's number. */
export const HEAD = {
  name: 'event-head',
  text: `SELECT ${isOver('$1')} AS over, ${WRITTEN} AS written FROM event_log`,
} as const;

interface Place {
  readonly after: LogPlace;
  readonly limit: number;
  readonly mark: LogMark;
  /** Up to where to read when the mark is not decided; null: nothing then. */
  readonly decided: LogPlace | null;
}

/**
 * It answers one row at least. Filters come behind, and such a statement is planned each time, with what is asked for: the
 * events of one account lie together in their index, those of many don't. Of these, or of rare names, a reader passes over
 * LOG_SCAN_MAX others at most, and hears in `scanned` where to go on.
 */
export function readStatement({ after, limit, mark, decided }: Place, { names, accountIds }: LogFilter): QueryConfig {
  const values: unknown[] = [after, limit, mark.xact, mark.end, decided];
  const filters: string[] = [];
  if (names) filters.push(`AND name = ANY ($${values.push(names)}::text[])`);
  if (accountIds?.length === 1) filters.push(`AND account_id = $${values.push(accountIds[0])}::uuid`);
  else if (accountIds) filters.push(`AND account_id = ANY ($${values.push(accountIds)}::uuid[])`);
  const passesOver = filters.length > 0 && accountIds?.length !== 1;
  const text = `
WITH horizon AS MATERIALIZED (
  SELECT forgotten_to, ${isOver('$3')} AS over, ${WRITTEN} AS written, ${passesOver ? SCANNED : 'NULL::bigint'} AS scanned
  FROM event_log
)
SELECT horizon.over, horizon.written, horizon.scanned, horizon.forgotten_to AS "forgottenTo", found.*
FROM horizon LEFT JOIN LATERAL (
  SELECT ${EVENT_COLUMNS} FROM event
  WHERE id > $1::bigint AND id <= CASE WHEN horizon.over THEN $4::bigint ELSE $5::bigint END
    ${passesOver ? 'AND (horizon.scanned IS NULL OR id <= horizon.scanned)' : ''} ${filters.join(' ')}
  ORDER BY id LIMIT $2::integer
) AS found ON true
ORDER BY found.id`;
  return { ...(filters.length === 0 && { name: 'event-read' }), text, values };
}

const SCANNED = `(SELECT id FROM event WHERE id > $1::bigint ORDER BY id OFFSET ${LOG_SCAN_MAX - 1} LIMIT 1)`;

interface Reach {
  readonly limit: number;
  readonly after: LogPlace;
  /** All up to here is decided. */
  readonly end: LogPlace;
  /** Only up to here was looked at; null: that is no matter. */
  readonly scanned: LogPlace | null;
}

export function pageOf(rows: readonly ReadRow[], { limit, after, end, scanned }: Reach): LogPage {
  const events = rows.filter((row) => row.id !== null).map((row) => loggedEventOf(row as EventRow));
  if (events.length === limit) return { events, more: true, to: Number(events.at(-1)!.id) };
  if (scanned !== null && scanned < end) return { events, more: true, to: scanned };
  return { events, more: false, to: Math.max(after, end) };
}
