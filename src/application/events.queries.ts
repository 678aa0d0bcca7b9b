import { Inject, Injectable } from '@nestjs/common';
import type { FoundEvents, searchEventsSchema } from '#libs/contracts/event-search';
import {
  type listEventsSchema,
  LOGGED_EVENT_NAMES,
  LOGGED_EVENTS,
  type LoggedEvent,
  type LoggedEventName,
} from '#libs/contracts/event-log';
import { LOG_PAGE_WAIT_MS_MAX } from '#libs/contracts/limits/news';
import type { Page } from '#libs/contracts/page';
import type { OutputOf } from '#libs/contracts/parse';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import type { EventLog } from '#src/events/event-log';
import type { EventSearch } from '#src/events/event-search';
import { EVENT_LOG, EVENT_SEARCH } from './stores.js';

@Injectable()
export class EventsQueries {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(EVENT_SEARCH) private readonly lookingBack: EventSearch,
  ) {}

  async list(query: OutputOf<typeof listEventsSchema>): Promise<Outcome<Page<LoggedEvent>>> {
    const after = query.after === undefined ? null : Number(query.after);
    const page = await this.log.read({
      after,
      ...(query.topics || query.events ? { names: namesOf(query) } : {}),
      ...(query.accountId !== undefined && { accountIds: [query.accountId] }),
      limit: query.limit,
      patienceMs: LOG_PAGE_WAIT_MS_MAX,
    });
    if (page === null) return refused('cursor_expired');
    // Also when nothing of it was wanted: a cursor that stands still grows too old.
    return accepted({ items: page.events, nextCursor: page.to > (after ?? 0) ? String(page.to) : null });
  }

  search({ from, to, before, ...query }: OutputOf<typeof searchEventsSchema>): Promise<FoundEvents> {
    return this.lookingBack.search({
      text: query.text,
      ...(query.topics || query.events ? { names: namesOf(query) } : {}),
      accountId: query.accountId,
      from: timeOf(from),
      to: timeOf(to),
      before: before === undefined ? undefined : Number(before),
      limit: query.limit,
    });
  }
}

const timeOf = (iso: string | undefined): number | undefined => (iso === undefined ? undefined : Date.parse(iso));

/** Both given: what is of one of the topics and has one of the names. */
function namesOf({
  topics,
  events,
}: Pick<OutputOf<typeof listEventsSchema>, 'topics' | 'events'>): readonly LoggedEventName[] {
  return LOGGED_EVENT_NAMES.filter(
    (name) => (!topics || topics.includes(LOGGED_EVENTS[name])) && (!events || events.includes(name)),
  );
}
