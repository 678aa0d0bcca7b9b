import { EVENT_SEARCH_SCAN_MAX } from '../limits/news.js';
import { foundEventsSchema, searchEventsSchema } from '../event-search.js';
import { listEventsSchema, loggedEventSchema } from '../event-log.js';
import { API_PREFIX, type Operation } from '../operation.js';
import { pageOf } from '../page.js';

export const EVENT_OPERATIONS = {
  listEvents: {
    method: 'GET',
    path: `${API_PREFIX}/events`,
    tag: 'events',
    summary:
      'The durable log, oldest first. `nextCursor` is the next `after`; null: nothing newer yet, keep your cursor.',
    query: listEventsSchema,
    status: 200,
    answer: pageOf(loggedEventSchema),
    refusals: ['cursor_expired', 'store_unavailable'],
  },
  searchEvents: {
    method: 'GET',
    path: `${API_PREFIX}/events/search`,
    tag: 'events',
    summary: `Looks back through the log, newest first, for a text, an account, a time; ${EVENT_SEARCH_SCAN_MAX} events a call at most.`,
    query: searchEventsSchema,
    status: 200,
    answer: foundEventsSchema,
    refusals: ['store_unavailable'],
  },
} as const satisfies Record<string, Operation>;
