import type { Task } from 'graphile-worker';
import type { Line } from '#src/persistence/webhook-delivery.repository';
import type { DeliverLine } from '#src/webhooks/line-delivery';

/** Its name in the database: plan_deliveries() uses it, too. */
export const DELIVER_EVENTS = 'deliver_events';

/** Brings the events that wait for one webhook, of one account. */
export const deliverEventsJob =
  (deliver: DeliverLine, stop: AbortSignal): Task =>
  (payload) =>
    deliver(payload as Line, stop);
