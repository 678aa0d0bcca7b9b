import { JOB_OVERDUE_MS } from '#libs/contracts/limits/runtime';
import type { WebhookStore } from '#src/application/stores';
import type { Config } from '#src/config/config';
import type { EventBus } from '#src/events/event-bus';
import { DELIVER_EVENTS, deliverEventsJob } from '#src/jobs/deliver-events.job';
import { startJobs } from '#src/jobs/job-runner';
import type { Logger } from '#src/observability/logger';
import type { PartWatch } from '#src/observability/part-watch';
import type { ObserveDelivery } from '#src/observability/webhook-metrics';
import { createOutbound } from '#src/outbound/outbound';
import type { createDataSource } from '#src/persistence/data-source';
import { openJobDatabase } from '#src/persistence/job-database';
import { WebhookRepository } from '#src/persistence/webhook.repository';
import { WebhookDeliveryRepository } from '#src/persistence/webhook-delivery.repository';
import { createLineDelivery } from '#src/webhooks/line-delivery';
import { createSender } from '#src/webhooks/sender';
import { createTargets } from '#src/webhooks/targets';
import { systemClock, systemDice } from './system.js';

export interface WebhookParts {
  readonly config: Config;
  readonly dataSource: ReturnType<typeof createDataSource>;
  readonly bus: EventBus;
  readonly log: Logger;
  readonly observe: ObserveDelivery;
}

/** Who is told of events, and what tells them. Idle until `startWebhooks`. */
export function assembleWebhooks({ config, dataSource, bus, log, observe }: WebhookParts) {
  const webhooks = new WebhookRepository(dataSource);
  const deliveries = new WebhookDeliveryRepository(dataSource);
  const outbound = createOutbound(config.allowPrivateTargets);
  const sender = createSender(outbound, systemClock);
  const parts = { deliveries, webhooks, sender, clock: systemClock, dice: systemDice, bus, log, observe };
  return {
    webhooks,
    deliveries,
    webhookTargets: createTargets(outbound, sender, systemClock),
    deliverLine: createLineDelivery(parts),
    closeWebhooks: () => outbound.close(),
  };
}

type Webhooks = ReturnType<typeof assembleWebhooks>;

/** What the API asks. */
export function webhookStoreOf({ webhooks, deliveries }: Pick<Webhooks, 'webhooks' | 'deliveries'>): WebhookStore {
  return {
    create: (webhook) => webhooks.create(webhook),
    find: (id) => webhooks.find(id),
    target: (id) => webhooks.target(id),
    list: (query) => webhooks.list(query),
    patch: (id, patch, at) => webhooks.patch(id, patch, at),
    removeDeliveries: (id) => webhooks.removeDeliveries(id),
    remove: (id) => webhooks.remove(id),
    pause: (id, by, at) => webhooks.pause(id, by, at),
    resume: (id, at) => webhooks.resume(id, at),
    deliveries: (id, query) => deliveries.list(id, query),
    allDeliveries: (query) => deliveries.listAll(query),
    redeliver: (id, deliveryId, at) => deliveries.redeliver(id, deliveryId, at),
    redeliverDead: (id, at) => deliveries.redeliverDead(id, at),
  };
}

/**
 * Begins to deliver, when the database is up. What should have been delivered long ago without a job gets one, at the
 * start and then each minute: its job was lost with a database that was put back, or broke too often. Answers how to stop.
 */
export function startWebhooks({
  dataSource,
  deliverLine,
  deliveries,
  log,
  watches,
}: Webhooks &
  Pick<WebhookParts, 'dataSource' | 'log'> & {
    readonly watches: { readonly jobs: PartWatch };
  }): () => Promise<void> {
  const database = openJobDatabase(dataSource, (err) =>
    log.warn({ err }, 'a database connection of the jobs was lost'),
  );
  const runner = startJobs({
    database,
    tasks: (stop) => ({ [DELIVER_EVENTS]: deliverEventsJob(deliverLine, stop) }),
    begin: async () => {
      const count = await deliveries.planOverdue(systemClock.now());
      log.info({ lines: count }, 'delivering to webhooks');
    },
    log,
    watch: watches.jobs,
  });
  let looking = Promise.resolve();
  const look = (): void => {
    looking = deliveries.planOverdue(systemClock.now() - JOB_OVERDUE_MS).then(
      (count) => {
        if (count > 0) log.debug({ lines: count }, 'deliveries to webhooks are overdue, and have a job now');
      },
      (err: unknown) => log.warn({ err }, 'overdue deliveries could not be looked for; it is tried again'),
    );
  };
  const timer = setInterval(look, JOB_OVERDUE_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await Promise.all([looking, runner.stop()]);
    await database.close();
  };
}
