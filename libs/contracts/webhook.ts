import { z } from 'zod';
import { accountIdSchema } from './account.js';
import { LOGGED_EVENT_NAMES, loggedEventSchema } from './event-log.js';
import { LABEL_CHARS_MAX, PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX } from './limits/calls.js';
import { WEBHOOK_SECRET_CHARS_MAX, WEBHOOK_SECRET_CHARS_MIN, WEBHOOK_URL_CHARS_MAX } from './limits/news.js';
import { cursorSchema } from './page.js';

const time = z.iso.datetime();

/**
 * A webhook is told of events by POST, ordered per account, at least once; the body is a `webhookBodySchema`.
 *
 * | header             | holds                                                                              |
 * |--------------------|------------------------------------------------------------------------------------|
 * | Muster-Signature   | `t=<seconds since 1970>,v1=<hex>`: HMAC-SHA256 of `<t>.<body>` under the secret     |
 * | Muster-Event       | the event's name                                                                   |
 * | Muster-Event-Id    | the event's id, the same at each attempt: drop what you have seen                  |
 * | Muster-Delivery    | id of the delivery                                                                 |
 * | Muster-Attempt     | counts from 1                                                                      |
 *
 * Any 2xx within WEBHOOK_ANSWER_MS_MAX counts as taken; redirects are not followed. Anything else is tried again with
 * back-off for WEBHOOK_RETRY_MS_MAX; what is not taken by then is `dead` and can be delivered again by a call. While one
 * event of an account is not taken, later ones of the same account wait; other accounts go on.
 */
export const SIGNATURE_HEADER = 'muster-signature';
export const EVENT_HEADER = 'muster-event';
export const EVENT_ID_HEADER = 'muster-event-id';
export const DELIVERY_HEADER = 'muster-delivery';
export const ATTEMPT_HEADER = 'muster-attempt';

/** `*`, a whole family such as `message.*`, or a name. */
export const EVENT_PATTERNS = [
  '*',
  ...new Set(LOGGED_EVENT_NAMES.map((name) => `${name.split('.', 1)[0]}.*`)),
  ...LOGGED_EVENT_NAMES,
] as [string, ...string[]];

export const WEBHOOK_STATES = ['active', 'paused'] as const;
/** Who paused it: a person by a call, or Muster: it took nothing for WEBHOOK_DEAD_AFTER_MS, or answered 410 Gone. */
export const WEBHOOK_PAUSES = ['person', 'unanswered', 'gone'] as const;
export type WebhookPause = (typeof WEBHOOK_PAUSES)[number];

export const webhookSchema = z.object({
  id: z.uuid(),
  label: z.string(),
  url: z.string(),
  accountId: accountIdSchema.nullable().describe('null: events of all accounts'),
  events: z.array(z.string()),
  state: z.enum(WEBHOOK_STATES),
  pausedBy: z.enum(WEBHOOK_PAUSES).nullable(),
  pausedAt: time.nullable(),
  deliveries: z.object({
    waiting: z.int().nonnegative(),
    dead: z.int().nonnegative(),
    lastTakenAt: time.nullable(),
    lastFailedAt: time.nullable(),
    lastError: z.string().nullable(),
  }),
  createdAt: time,
  updatedAt: time,
});
export type WebhookView = z.infer<typeof webhookSchema>;
/** The secret is shown once, in the answer to the call that set it. */
export const webhookWithSecretSchema = webhookSchema.extend({ secret: z.string() });
export type WebhookWithSecret = z.infer<typeof webhookWithSecretSchema>;

const url = z.url({ protocol: /^https?$/ }).max(WEBHOOK_URL_CHARS_MAX);
const secret = z
  .string()
  .min(WEBHOOK_SECRET_CHARS_MIN)
  .max(WEBHOOK_SECRET_CHARS_MAX)
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces');
const events = z.array(z.enum(EVENT_PATTERNS)).min(1).max(EVENT_PATTERNS.length);
const label = z.string().trim().min(1).max(LABEL_CHARS_MAX);

export const createWebhookSchema = z.strictObject({
  url,
  label: label.optional(),
  accountId: accountIdSchema.toLowerCase().optional(),
  events: events.default(['*']),
  secret: secret.optional().describe('not given: one is made'),
});
export type CreateWebhook = z.input<typeof createWebhookSchema>;

export const patchWebhookSchema = z
  .strictObject({ url: url.optional(), label: label.optional(), events: events.optional(), secret: secret.optional() })
  .refine((patch) => Object.keys(patch).length > 0, 'give url, label, events or secret');
export type PatchWebhook = z.input<typeof patchWebhookSchema>;

export const listWebhooksSchema = z.strictObject({
  accountId: accountIdSchema.toLowerCase().optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(PAGE_ITEMS_DEFAULT),
  cursor: cursorSchema.optional(),
});
export type ListWebhooks = z.input<typeof listWebhooksSchema>;

export const DELIVERY_STATES = ['waiting', 'taken', 'dead'] as const;
export const deliverySchema = z.object({
  id: z.uuid(),
  webhookId: z.uuid(),
  eventId: z.string(),
  event: z.string(),
  accountId: accountIdSchema.nullable(),
  state: z.enum(DELIVERY_STATES),
  attempts: z.int().nonnegative(),
  nextAttemptAt: time.nullable(),
  lastStatus: z.int().nullable().describe('HTTP status of the last attempt; null: no answer'),
  lastError: z.string().nullable(),
  durationMs: z.int().nullable().describe('of the last attempt'),
  createdAt: time,
  concludedAt: time.nullable(),
});
export type DeliveryView = z.infer<typeof deliverySchema>;

export const listDeliveriesSchema = z.strictObject({
  state: z.enum(DELIVERY_STATES).optional(),
  accountId: accountIdSchema.toLowerCase().optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(PAGE_ITEMS_DEFAULT),
  cursor: cursorSchema.optional(),
});
export type ListDeliveries = z.input<typeof listDeliveriesSchema>;

/** In the body of a `test` call. It stands in no log, and its id and cursor are 0. */
export const TEST_EVENT = 'webhook.test';
/** What a receiver reads. */
export const webhookBodySchema = loggedEventSchema.extend({ event: z.enum([...LOGGED_EVENT_NAMES, TEST_EVENT]) });
export type WebhookBody = z.infer<typeof webhookBodySchema>;

/** The answer to a `test` call: what the receiver said to one signed event that is in no log. */
export const webhookTestSchema = z.object({
  taken: z.boolean(),
  status: z.int().nullable(),
  error: z.string().nullable(),
  durationMs: z.int(),
});
export type WebhookTest = z.infer<typeof webhookTestSchema>;
