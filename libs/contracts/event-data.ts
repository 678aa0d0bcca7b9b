import { z } from 'zod';
import { LEASE_ENDS } from './account-manager/lease.js';
import { ACCOUNT_STATUSES, PROVIDERS, storedAccountSchema } from './account.js';
import { groupChangeSchema } from './chat.js';
import type { LoggedEvent, LoggedEventName } from './event-log.js';
import { LOGGED_EVENT_NAMES } from './event-log.js';
import { messageSchema } from './message.js';
import { OUTBOX_PAUSES } from './outbox.js';
import { transitionSchema } from './transition.js';
import { WEBHOOK_PAUSES } from './webhook.js';

/** The one event of `accounts` that is in no log: how far the login of an account has come, while it is AUTHENTICATING. */
export const ACCOUNT_LOADING = 'account.loading';
export const accountLoadingSchema = z.object({ percent: z.int().min(0).max(100) });

const aboutAccount = z.object({ label: z.string(), provider: z.enum(PROVIDERS) });
const aboutMessage = z.object({ message: messageSchema.describe('as it was after the change') });
const aboutOutbox = z.object({ by: z.enum(OUTBOX_PAUSES).describe('who had paused it') });
const webhookId = z.uuid();

const aboutLease = z.object({
  leaseId: z.uuid(),
  fence: z.int().positive(),
  userId: z.string(),
  serviceName: z.string().describe('its holder'),
});

/**
 * What `data` of each event holds: in GET /events, on the stream, in the bodies of webhooks. Later versions may add fields
 * and names, so a reader takes what it knows.
 */
export const EVENT_DATA = {
  'account.created': aboutAccount,
  'account.updated': aboutAccount,
  'account.changed': z.object({
    state: storedAccountSchema.pick({
      status: true,
      detail: true,
      desired: true,
      phone: true,
      reason: true,
      since: true,
      restarts: true,
    }),
    transitions: z.array(transitionSchema).describe('the steps that led there, oldest first'),
  }),
  'account.deleted': aboutAccount,
  'outbox.paused': aboutOutbox,
  'outbox.resumed': aboutOutbox,
  'message.accepted': aboutMessage,
  'message.changed': aboutMessage,
  'message.received': aboutMessage,
  'message.reacted': aboutMessage,
  'message.edited': aboutMessage,
  'message.revoked': aboutMessage,
  'message.media': aboutMessage,
  'group.changed': z.object({ change: groupChangeSchema.extend({ at: z.iso.datetime() }) }),
  'webhook.paused': z.object({ webhookId, by: z.enum(WEBHOOK_PAUSES) }),
  'webhook.resumed': z.object({ webhookId }),
  'webhook.gave-up': z.object({ webhookId, deliveryId: z.uuid(), eventId: z.string(), event: z.string() }),
  'lease.ended': aboutLease.extend({ cause: z.enum(LEASE_ENDS) }),
  'lease.connection': aboutLease.extend({
    status: z.enum(ACCOUNT_STATUSES).describe('CONNECTED: it is back; else it is lost, and what is ordered waits'),
    reason: z.string().nullable(),
  }),
} as const satisfies Record<LoggedEventName, z.ZodType>;
export type EventData<Name extends LoggedEventName> = z.infer<(typeof EVENT_DATA)[Name]>;

/** An event with what its name promises: `if (told.event === 'message.received') told.data.message.text`. */
export type TypedEvent = {
  readonly [Name in LoggedEventName]: Omit<LoggedEvent, 'event' | 'data'> & {
    readonly event: Name;
    readonly data: EventData<Name>;
  };
}[LoggedEventName];

/**
 * Of an event of the log, a frame of the stream, or the body of a webhook. Null for what is in no log (`supervisor`,
 * `health`, `account.loading`, a webhook's test) and for names that are younger than this program. Throws when `data` breaks its promise.
 */
export function readEvent(told: {
  readonly event: string;
  readonly id: string | null;
  readonly data: unknown;
}): TypedEvent | null {
  const name = LOGGED_EVENT_NAMES.find((known) => known === told.event);
  if (name === undefined || told.id === null) return null;
  return { ...told, data: EVENT_DATA[name].parse(told.data) } as TypedEvent;
}
