import { setTimeout as delay } from 'node:timers/promises';
import type { QueryConfig } from 'pg';
import { type DataSource } from 'typeorm';
import { LOG_DECISION_LOOK_MS, LOG_DECISION_MS_MAX } from '#libs/contracts/limits/news';
import type { EventLog, LogFilter, LogPage, LogPlace, LogQuery } from '#src/events/event-log';
import { poolOf } from './data-source.js';
import { EVENT_COLUMNS, type EventRow, loggedEventOf } from './event-row.js';

/**
 * Reads the log so that nothing is jumped over. Ids are drawn before the commit, so an event may turn up below one that is
 * there already; a reader that goes on behind the greatest id it saw would miss it. So only what is decided is read:
 *
 * 1. `mark` takes the last id drawn, and after it a transaction number of its own. Whoever drew an id up to that one had
 *    a smaller number by then (next_event_id sees to it).
 * 2. As soon as no transaction with a number up to the mark's is running, all ids up to the mark's are decided: their rows
 *    are there, or never will be (a transaction that failed leaves a hole, which holds up nobody).
 *
 * Any transaction of the server that takes long, be it another program's, holds the log up meanwhile; ours end within
 * STATEMENT_MS_MAX. Rejected: an order by (transaction number, id) below the oldest running transaction, which needs no
 * mark, but shows two changes of one row the wrong way round when the earlier transaction had waited for the later one's
 * lock; a lock for writers, which makes all commits wait for each other.
 */
export class EventLogRepository implements EventLog {
  /** As far as anybody here has found the log decided. */
  #decided: LogPlace = 0;

  constructor(private readonly dataSource: DataSource) {}

  /**
   * At each start: the next id is at least the clock's, in microseconds. So no id ever comes twice, even when an older
   * copy of the database was put in place, and a cursor from before it misses nothing that happens after it. The log
   * grows by less than one event a microsecond, so it never overtakes the clock by itself.
   */
  async begin(): Promise<void> {
    await poolOf(this.dataSource).query(`
      SELECT setval('event_id', clock.us)
      FROM event_id, (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS us) AS clock
      WHERE clock.us > event_id.last_value`);
  }

  async read({ after, limit, patienceMs, ...filter }: LogQuery): Promise<LogPage | null> {
    const mark = await this.#mark();
    const impatientAt = performance.now() + patienceMs;
    for (;;) {
      const waiting = performance.now() < impatientAt;
      const values = [after ?? 0, limit, mark.xact, mark.end, waiting ? null : this.#decided];
      const { rows } = await poolOf(this.dataSource).query<ReadRow>(readStatement(values, filter));
      const { over, forgottenTo } = rows[0]!;
      if (after !== null && after < Number(forgottenTo)) return null;
      if (over) this.#decided = Math.max(this.#decided, mark.end);
      if (over || !waiting) return pageOf(rows, Math.max(after ?? 0, over ? mark.end : this.#decided), limit);
      await delay(LOG_DECISION_LOOK_MS);
    }
  }

  async head(): Promise<LogPlace> {
    const { end, xact } = await this.#mark();
    const impatientAt = performance.now() + LOG_DECISION_MS_MAX;
    while (xact !== null && !(await this.#isOver(xact))) {
      if (performance.now() > impatientAt) throw new Error('a transaction of the database holds up the event log');
      await delay(LOG_DECISION_LOOK_MS);
    }
    return (this.#decided = Math.max(this.#decided, end));
  }

  /**
   * Removes what is older than so many days, always from the beginning: the log has no holes by age. At most
   * FORGOTTEN_MAX times FORGETTINGS_MAX; answers how many.
   */
  async forget(olderThanDays: number): Promise<number> {
    let sum = 0;
    for (let times = 1; times <= FORGETTINGS_MAX; times += 1) {
      const { rows } = await poolOf(this.dataSource).query<{ count: number }>(FORGET, [olderThanDays, FORGOTTEN_MAX]);
      sum += rows[0]!.count;
      if (rows[0]!.count < FORGOTTEN_MAX) break;
    }
    return sum;
  }

  async #mark(): Promise<Mark> {
    const { rows } = await poolOf(this.dataSource).query<{ end: string; xact: string | null }>({
      ...MARK,
      values: [this.#decided],
    });
    return { end: Number(rows[0]!.end), xact: rows[0]!.xact };
  }

  async #isOver(xact: string): Promise<boolean> {
    const { rows } = await poolOf(this.dataSource).query<{ over: boolean }>(`SELECT ${isOver('$1')} AS over`, [xact]);
    return rows[0]!.over;
  }
}

interface Mark {
  readonly end: LogPlace;
  /** Null: nothing was drawn since all was decided. */
  readonly xact: string | null;
}

/** $1 what is decided. The number is drawn after the end was read: PostgreSQL promises that order inside a CASE. */
const MARK = {
  name: 'event-mark',
  text: `
SELECT drawn AS "end", CASE WHEN drawn > $1::bigint THEN pg_current_xact_id() END AS xact
FROM (SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END AS drawn FROM event_id) AS sequence`,
} as const;

/** No transaction is running that had its number before this one. */
const isOver = (xact: '$1' | '$3'): string => `${xact}::xid8 < pg_snapshot_xmin(pg_current_snapshot())`;

type ReadRow = { readonly over: boolean; readonly forgottenTo: string } & (EventRow | { readonly id: null });

/**
 * $1 after, $2 limit, $3 and $4 the mark, $5 up to where to read when the mark is not decided; null: nothing then. It
 * answers one row at least. Filters come behind, and such a statement is planned each time, with what is asked for: the
 * events of one account lie together in their index, those of many don't.
 */
function readStatement(values: readonly unknown[], { names, accountIds }: LogFilter): QueryConfig {
  const all = [...values];
  const filters: string[] = [];
  if (names) filters.push(`AND name = ANY ($${all.push(names)}::text[])`);
  if (accountIds?.length === 1) filters.push(`AND account_id = $${all.push(accountIds[0])}::uuid`);
  else if (accountIds) filters.push(`AND account_id = ANY ($${all.push(accountIds)}::uuid[])`);
  const text = `
WITH horizon AS MATERIALIZED (
  SELECT forgotten_to, $3::xid8 IS NULL OR ${isOver('$3')} AS over FROM event_log
)
SELECT horizon.over, horizon.forgotten_to AS "forgottenTo", found.*
FROM horizon LEFT JOIN LATERAL (
  SELECT ${EVENT_COLUMNS} FROM event
  WHERE id > $1::bigint AND id <= CASE WHEN horizon.over THEN $4::bigint ELSE $5::bigint END ${filters.join(' ')}
  ORDER BY id LIMIT $2::integer
) AS found ON true
ORDER BY found.id`;
  return { ...(filters.length === 0 && { name: 'event-read' }), text, values: all };
}

function pageOf(rows: readonly ReadRow[], end: LogPlace, limit: number): LogPage {
  const events = rows.filter((row) => row.id !== null).map((row) => loggedEventOf(row as EventRow));
  const more = events.length === limit;
  return { events, more, to: more ? Number(events.at(-1)!.id) : end };
}

/** Events removed by one statement: far within STATEMENT_MS_MAX. */
export const FORGOTTEN_MAX = 10_000;
/** In one upkeep: two million an hour is more than a node can write in one. */
const FORGETTINGS_MAX = 200;

/** $1 days, $2 at most so many. Times follow ids but for clocks and waits; the first that is young ends it. */
const FORGET = `
WITH oldest AS MATERIALIZED (
  SELECT id, at < now() - make_interval(days => $1::integer) AS old FROM event ORDER BY id LIMIT $2::integer
), removed AS (
  DELETE FROM event WHERE id IN (
    SELECT id FROM oldest WHERE id < coalesce((SELECT min(id) FROM oldest WHERE NOT old), 9223372036854775807)
  )
  RETURNING id
), remembered AS (
  UPDATE event_log SET forgotten_to = greatest(forgotten_to, (SELECT max(id) FROM removed))
)
SELECT count(*)::integer AS count FROM removed`;
