import { z } from 'zod';
import { accountIdSchema } from './account.js';
import { eventCursorSchema, listEventsSchema, loggedEventSchema } from './event-log.js';
import { EVENT_SEARCH_CHARS_MAX, EVENT_SEARCH_SCAN_MAX, EVENTS_PAGE_DEFAULT, EVENTS_PAGE_MAX } from './limits/news.js';
import { pageOf } from './page.js';

const { topics, events } = listEventsSchema.shape;

/** Looks back through the log, newest first: for people. Readers who must miss nothing go by GET /events or the stream. */
export const searchEventsSchema = z.strictObject({
  text: z
    .string()
    .trim()
    .min(1)
    .max(EVENT_SEARCH_CHARS_MAX)
    .optional()
    .describe(
      'found in `data` as it is stored, names of fields included; upper and lower case are the same, as far as the database’s locale knows them',
    ),
  topics,
  events,
  accountId: accountIdSchema.toLowerCase().optional(),
  from: z.iso.datetime({ offset: true }).optional().describe('not earlier'),
  to: z.iso.datetime({ offset: true }).optional().describe('not later'),
  before: eventCursorSchema.optional().describe('the `nextCursor` of the page before; not given: from the newest'),
  limit: z.coerce.number().int().min(1).max(EVENTS_PAGE_MAX).default(EVENTS_PAGE_DEFAULT),
});
export type SearchEvents = z.input<typeof searchEventsSchema>;

export const foundEventsSchema = pageOf(loggedEventSchema).extend({
  nextCursor: z
    .string()
    .nullable()
    .describe(
      `older ones may fit, too: the next \`before\`; a page may be empty and still have one, since at most ${EVENT_SEARCH_SCAN_MAX} events are looked through for each. null: all was looked through`,
    ),
  lookedBackTo: z.iso.datetime().nullable().describe('the time of the oldest event that was looked at; null: of none'),
});
export type FoundEvents = z.infer<typeof foundEventsSchema>;
