import type { DataSource } from 'typeorm';
import type { FoundEvents } from '#libs/contracts/event-search';
import type { EventSearch, EventSearchQuery } from '#src/events/event-search';
import { poolOf } from './data-source.js';
import { type EventRow, loggedEventOf } from './event-row.js';
import { searchStatement } from './event-search-statement.js';

type SearchRow = {
  /** bigint: text on its way through the driver. Null: there was nothing to look at, or all of it was looked through. */
  readonly nextBefore: string | null;
  readonly lookedBackTo: Date | null;
} & (EventRow | { readonly id: null });

/**
 * Looks back through the log, newest first, for people. What is being written meanwhile may be missing in an answer: whoever
 * must miss nothing reads forward (event-log.repository.ts).
 */
export class EventSearchRepository implements EventSearch {
  constructor(private readonly dataSource: DataSource) {}

  async search(query: EventSearchQuery): Promise<FoundEvents> {
    const { rows } = await poolOf(this.dataSource).query<SearchRow>(searchStatement(query));
    const items = rows.filter((row) => row.id !== null).map((row) => loggedEventOf(row as EventRow));
    const full = items.length === query.limit;
    const { nextBefore = null, lookedBackTo = null } = rows[0] ?? {};
    const last = items.at(-1);
    if (full && last) return { items, nextCursor: last.cursor, lookedBackTo: last.at };
    return { items, nextCursor: nextBefore, lookedBackTo: lookedBackTo?.toISOString() ?? null };
  }
}
