import { z } from 'zod';
import { accountIdSchema } from './account.js';
import { EVENTS_PAGE_DEFAULT, EVENTS_PAGE_MAX } from './limits/news.js';

/**
 * The durable log: everything that happened to accounts, messages and webhooks, written in the same transaction as the
 * change itself. Ordered per account (and in one order for all); kept EVENT_RETENTION_DAYS.
 */
export const TOPICS = ['accounts', 'messages', 'webhooks', 'leases', 'supervisor', 'health'] as const;
export type Topic = (typeof TOPICS)[number];

/** Those that are written down. `supervisor`, `health` and `account.loading` are told live only, without a cursor. */
export const LOGGED_EVENTS = {
  'account.created': 'accounts',
  'account.updated': 'accounts',
  'account.changed': 'accounts',
  'account.deleted': 'accounts',
  'outbox.paused': 'messages',
  'outbox.resumed': 'messages',
  'message.accepted': 'messages',
  'message.changed': 'messages',
  'message.received': 'messages',
  'message.reacted': 'messages',
  'message.edited': 'messages',
  'message.revoked': 'messages',
  'message.media': 'messages',
  'group.changed': 'messages',
  'webhook.paused': 'webhooks',
  'webhook.resumed': 'webhooks',
  'webhook.gave-up': 'webhooks',
  'lease.ended': 'leases',
  'lease.connection': 'leases',
} as const satisfies Record<string, Topic>;
export type LoggedEventName = keyof typeof LOGGED_EVENTS;
export const LOGGED_EVENT_NAMES = Object.keys(LOGGED_EVENTS) as [LoggedEventName, ...LoggedEventName[]];

/** Opaque to callers: where one stands in the log. The next read begins behind it. */
export const eventCursorSchema = z.string().regex(/^\d{1,16}$/, 'expected the cursor of an event');

export const loggedEventSchema = z.object({
  id: z.string().describe('the same for ever, wherever it is told: drop what you have seen'),
  cursor: z.string(),
  topic: z.enum(TOPICS),
  event: z.enum(LOGGED_EVENT_NAMES),
  accountId: accountIdSchema.nullable(),
  at: z.iso.datetime(),
  data: z.record(z.string(), z.json()),
});
export type LoggedEvent = z.infer<typeof loggedEventSchema>;

const names = (allowed: readonly string[]) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    )
    .refine((words) => words.every((word) => allowed.includes(word)), `expected some of ${allowed.join(', ')}`);

export const listEventsSchema = z.strictObject({
  after: eventCursorSchema.optional().describe('not given: from the oldest that is kept'),
  topics: names(TOPICS).optional().describe('separated by commas'),
  events: names(LOGGED_EVENT_NAMES).optional().describe('separated by commas'),
  accountId: accountIdSchema.toLowerCase().optional(),
  limit: z.coerce.number().int().min(1).max(EVENTS_PAGE_MAX).default(EVENTS_PAGE_DEFAULT),
});
export type ListEvents = z.input<typeof listEventsSchema>;
