import { setTimeout as delay } from 'node:timers/promises';
import { type DataSource } from 'typeorm';
import { LOG_DECISION_LOOK_MS, LOG_DECISION_LOOK_MS_MAX, LOG_DECISION_MS_MAX } from '#libs/contracts/limits/news';
import type { EventLog, LogPage, LogPlace, LogQuery } from '#src/events/event-log';
import { poolOf } from './data-source.js';
import { HEAD, type HeadRow, pageOf, type ReadRow, readStatement } from './log-read.js';
import { markLog } from './log-mark.js';

/**
 * Reads the log so that nothing is jumped over: only what is decided (log-mark.ts) is read, since a reader that goes on
 * behind the greatest id it saw would miss what is committed below it later.
 *
 * A reader's place is never beyond the last event that is there. Ids beyond it were drawn in vain, and a crash of the
 * database may have them drawn once more.
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
    const mark = await markLog(this.#pool, this.#decided);
    return this.#whenDecided(patienceMs, async (waiting) => {
      // As it is now: another reader may find more decided while this one's answer is on its way.
      const decided = this.#decided;
      const place = { after: after ?? 0, limit, mark, decided: waiting ? null : decided };
      const { rows } = await this.#pool.query<ReadRow>(readStatement(place, filter));
      const { over, forgottenTo, written, scanned } = rows[0]!;
      if (after !== null && after < Number(forgottenTo)) return { done: null };
      const end = over ? Math.min(mark.end, Number(written)) : decided;
      this.#decided = Math.max(this.#decided, end);
      if (!over && waiting) return null;
      const page = pageOf(rows, { limit, after: after ?? 0, end, scanned: scanned === null ? null : Number(scanned) });
      return { done: over ? page : { ...page, heldUp: true } };
    });
  }

  async head(): Promise<LogPlace> {
    const mark = await markLog(this.#pool, this.#decided);
    return this.#whenDecided(LOG_DECISION_MS_MAX, async (waiting) => {
      const { rows } = await this.#pool.query<HeadRow>({ ...HEAD, values: [mark.xact] });
      const { over, written } = rows[0]!;
      if (over) return { done: (this.#decided = Math.max(this.#decided, Math.min(mark.end, Number(written)))) };
      if (!waiting) throw new Error('a transaction of the database holds up the event log');
      return null;
    });
  }

  /** Looks less and less often: it is a matter of milliseconds, or of another program's transaction. */
  async #whenDecided<T>(patienceMs: number, look: (waiting: boolean) => Promise<{ done: T } | null>): Promise<T> {
    const impatientAt = performance.now() + patienceMs;
    for (let pauseMs = LOG_DECISION_LOOK_MS; ; pauseMs = Math.min(pauseMs * 2, LOG_DECISION_LOOK_MS_MAX)) {
      const found = await look(performance.now() < impatientAt);
      if (found) return found.done;
      await delay(pauseMs);
    }
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

  get #pool() {
    return poolOf(this.dataSource);
  }
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
