import type { Pool } from 'pg';
import type { LogPlace } from '#src/events/event-log';

/**
 * A place in the log up to which all will soon be decided. Ids of events are drawn before the commit, so an event may turn
 * up below one that is there already. What is decided is told in two steps:
 *
 * 1. A mark takes the last id drawn, and after it a transaction number of its own. Whoever drew an id up to that one had
 *    a smaller number by then (next_event_id sees to it).
 * 2. As soon as no transaction with a number up to the mark's is running, all ids up to the mark's are decided: their rows
 *    are there, or never will be (a transaction that failed leaves a hole, which holds up nobody).
 *
 * A snapshot alone does not tell: its xmax is the number after the last one that is *over*, and a transaction that is
 * running may have a greater one.
 */
export interface LogMark {
  readonly end: LogPlace;
  /** Null: nothing was drawn beyond what is decided. */
  readonly xact: string | null;
}

export async function markLog(pool: Pool, decided: LogPlace): Promise<LogMark> {
  const { rows } = await pool.query<{ end: string; xact: string | null }>({ ...MARK, values: [decided] });
  return { end: Number(rows[0]!.end), xact: rows[0]!.xact };
}

/** Of a statement's parameter that holds a mark's number: is no transaction running that had its number before? */
export const isOver = (xact: `$${number}`): string =>
  `(${xact}::xid8 IS NULL OR ${xact}::xid8 < pg_snapshot_xmin(pg_current_snapshot()))`;

/** $1 what is decided. The number is drawn after the end was read: PostgreSQL promises that order inside a CASE. */
const MARK = {
  name: 'event-mark',
  text: `
SELECT drawn AS "end", CASE WHEN drawn > $1::bigint THEN pg_current_xact_id() END AS xact
FROM (SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END AS drawn FROM event_id) AS sequence`,
} as const;
