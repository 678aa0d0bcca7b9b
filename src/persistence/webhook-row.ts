import type { DeliveryView, WebhookView } from '#libs/contracts/webhook';
import type { WebhookEntity } from './webhook.entity.js';
import type { WebhookDeliveryEntity } from './webhook-delivery.entity.js';

/** Of a webhook, with how its deliveries stand; without the secret. */
export const WEBHOOK_COLUMNS = `w.id, w.label, w.url, w.account_id AS "accountId", w.events, w.state, w.paused_by AS "pausedBy",
  w.paused_at AS "pausedAt", w.last_taken_at AS "lastTakenAt", w.last_failed_at AS "lastFailedAt",
  w.last_error AS "lastError", w.created_at AS "createdAt", w.updated_at AS "updatedAt",
  (SELECT count(*)::integer FROM webhook_delivery WHERE webhook_id = w.id AND state = 'waiting') AS waiting,
  (SELECT count(*)::integer FROM webhook_delivery WHERE webhook_id = w.id AND state = 'dead') AS dead`;

export type WebhookRow = Pick<
  WebhookEntity,
  | 'id'
  | 'label'
  | 'url'
  | 'accountId'
  | 'events'
  | 'state'
  | 'pausedBy'
  | 'pausedAt'
  | 'lastTakenAt'
  | 'lastFailedAt'
  | 'lastError'
  | 'createdAt'
  | 'updatedAt'
> & { readonly waiting: number; readonly dead: number };

export const webhookViewOf = (row: WebhookRow): WebhookView => ({
  id: row.id,
  label: row.label,
  url: row.url,
  accountId: row.accountId,
  events: row.events,
  state: row.state,
  pausedBy: row.pausedBy,
  pausedAt: row.pausedAt?.toISOString() ?? null,
  deliveries: {
    waiting: row.waiting,
    dead: row.dead,
    lastTakenAt: row.lastTakenAt?.toISOString() ?? null,
    lastFailedAt: row.lastFailedAt?.toISOString() ?? null,
    lastError: row.lastError,
  },
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

export const DELIVERY_COLUMNS = `id, webhook_id AS "webhookId", event_id AS "eventId", event_name AS "eventName",
  account_id AS "accountId", state, attempts, next_attempt_at AS "nextAttemptAt", last_status AS "lastStatus",
  last_error AS "lastError", duration_ms AS "durationMs", created_at AS "createdAt", concluded_at AS "concludedAt"`;

export type DeliveryRow = Pick<
  WebhookDeliveryEntity,
  | 'id'
  | 'webhookId'
  | 'eventId'
  | 'eventName'
  | 'accountId'
  | 'state'
  | 'attempts'
  | 'nextAttemptAt'
  | 'lastStatus'
  | 'lastError'
  | 'durationMs'
  | 'createdAt'
  | 'concludedAt'
>;

export const deliveryViewOf = ({
  eventName,
  nextAttemptAt,
  createdAt,
  concludedAt,
  ...row
}: DeliveryRow): DeliveryView => ({
  ...row,
  event: eventName,
  nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
  concludedAt: concludedAt?.toISOString() ?? null,
});
