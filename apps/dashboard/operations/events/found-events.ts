import type { FoundEvents } from '#libs/contracts/event-search';
import type { LoggedEvent } from '#libs/contracts/event-log';
import type { MusterClient } from '#libs/client/client';
import { type EventFilter, toSearch } from './event-filter.js';

/** What is shown of the log: newest first, and how far back it was looked through. */
export interface Found {
  readonly events: readonly LoggedEvent[];
  /** Null: to the oldest that is kept. */
  readonly nextCursor: string | null;
  readonly lookedBackTo: string | null;
}
export const NOTHING_FOUND: Found = { events: [], nextCursor: null, lookedBackTo: null };

const PAGE_ITEMS = 100;
/** Of what is told live: as many as anybody reads. */
const EVENTS_KEPT_MAX = 1_000;

/** One call looks through a part of the log. So many are made before a person is asked whether it shall go on. */
const CALLS_MAX = 10;

/** From the newest, or further back than before, until something is found. */
export async function lookBack(
  muster: Pick<MusterClient, 'events'>,
  filter: EventFilter,
  before: string | null,
): Promise<FoundEvents> {
  const search = { ...toSearch(filter), limit: PAGE_ITEMS };
  for (let calls = 1, from = before; ; calls += 1) {
    const page = await muster.events.search({ ...search, before: from ?? undefined });
    if (page.items.length > 0 || page.nextCursor === null || calls === CALLS_MAX) return page;
    from = page.nextCursor;
  }
}

export function withOlder(found: Found, { items, nextCursor, lookedBackTo }: FoundEvents): Found {
  return { events: merged(found.events, items), nextCursor, lookedBackTo: lookedBackTo ?? found.lookedBackTo };
}

/** In their places: what is told live may overtake an answer that is under way. */
export function withNewer(found: Found, newer: readonly LoggedEvent[]): Found {
  const events = merged(found.events, newer);
  if (events.length === found.events.length) return found;
  if (events.length <= EVENTS_KEPT_MAX) return { ...found, events };
  const kept = events.slice(0, EVENTS_KEPT_MAX);
  return { ...found, events: kept, nextCursor: kept.at(-1)!.cursor };
}

/** The newest first, each once. */
function merged(some: readonly LoggedEvent[], others: readonly LoggedEvent[]): readonly LoggedEvent[] {
  const known = new Set(some.map(({ id }) => id));
  const added = others.filter(({ id }) => !known.has(id));
  return [...some, ...added].sort((a, b) => Number(b.cursor) - Number(a.cursor));
}
