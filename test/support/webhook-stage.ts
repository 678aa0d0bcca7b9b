import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { v7 as newId } from 'uuid';
import type { MusterEvent } from '#libs/contracts/events';
import type { LoggedEventName } from '#libs/contracts/event-log';
import { createLocalEventBus } from '#src/events/local-event-bus';
import { DELIVER_EVENTS, deliverEventsJob } from '#src/jobs/deliver-events.job';
import { type JobRunner, startJobs } from '#src/jobs/job-runner';
import { createLogger } from '#src/observability/logger';
import { createOutbound } from '#src/outbound/outbound';
import { poolOf } from '#src/persistence/data-source';
import { openJobDatabase } from '#src/persistence/job-database';
import { WebhookRepository } from '#src/persistence/webhook.repository';
import { WebhookDeliveryRepository } from '#src/persistence/webhook-delivery.repository';
import { createLineDelivery, type DeliverLine } from '#src/webhooks/line-delivery';
import { createSender } from '#src/webhooks/sender';

/** Everything that delivers events, real but for its clock, on a database of its own. */
export interface WebhookStage {
  readonly store: DataSource;
  readonly webhooks: WebhookRepository;
  readonly deliveries: WebhookDeliveryRepository;
  readonly news: readonly MusterEvent[];
  /** All lines logged so far. */
  log(): string;
  deliver: DeliverLine;
  /** The virtual time of all attempts, in milliseconds since 1970. */
  now(): number;
  /** Lets time pass: what is due by then is due now. */
  pass(ms: number): Promise<void>;
  addAccount(id: string): Promise<void>;
  addWebhook(url: string, more?: { accountId?: string | null; events?: readonly string[] }): Promise<string>;
  /** Writes events to the log, in one statement. Answers their ids. */
  tell(accountId: string | null, count?: number, name?: LoggedEventName): Promise<readonly string[]>;
  startJobs(options?: { readonly parallelMax?: number }): JobRunner;
}

export const SECRET = 'a-secret-of-the-tests-only';

export interface WebhookStageOptions {
  readonly dice?: () => number;
  readonly answerMsMax?: number;
}

export function createWebhookStage(
  store: DataSource,
  { dice = () => 0, answerMsMax }: WebhookStageOptions = {},
): WebhookStage {
  const lines: string[] = [];
  const config = { logLevel: 'debug', apiKeys: [], databaseUrl: null } as const;
  const logger = createLogger(config, { write: (line) => void lines.push(line) });
  const news: MusterEvent[] = [];
  const bus = createLocalEventBus(() => undefined);
  bus.subscribe((event) => void news.push(event));
  let passed = 0;
  const clock = { now: () => Date.now() + passed };
  const webhooks = new WebhookRepository(store);
  const deliveries = new WebhookDeliveryRepository(store);
  const sender = createSender(createOutbound(true), clock, answerMsMax);
  const world = { clock, dice: { next: dice }, bus, log: logger, observe: () => undefined };
  const stage: WebhookStage = {
    store,
    webhooks,
    deliveries,
    news,
    log: () => lines.join(''),
    deliver: createLineDelivery({ ...world, deliveries, webhooks, sender }),
    now: clock.now,
    async pass(ms) {
      passed += ms;
      await poolOf(store).query('UPDATE graphile_worker._private_jobs SET run_at = now() WHERE run_at > now()');
    },
    async addAccount(id) {
      const insert = `INSERT INTO account (id, label, provider, settings, created_at, updated_at)
        VALUES ($1, 'a', 'simulated', '{}', now(), now())`;
      await poolOf(store).query(insert, [id]);
    },
    async addWebhook(url, { accountId = null, events = ['*'] } = {}) {
      const made = await webhooks.create({ id: newId(), label: 'a receiver', url, accountId, events, secret: SECRET });
      if (!made.ok) throw new Error(made.why);
      return made.webhook.id;
    },
    tell: (accountId, count = 1, name = 'account.updated') => writeEvents(store, [accountId, name, count]),
    startJobs({ parallelMax = 5 } = {}) {
      const database = openJobDatabase(store, () => undefined);
      const runner = startJobs({
        database,
        tasks: (stop) => ({ [DELIVER_EVENTS]: deliverEventsJob(stage.deliver, stop) }),
        begin: async () => void (await deliveries.planOverdue(clock.now())),
        log: logger,
        parallelMax,
      });
      return {
        stop: async () => {
          await runner.stop();
          await database.close();
        },
      };
    },
  };
  return stage;
}

async function writeEvents(store: DataSource, values: readonly unknown[]): Promise<readonly string[]> {
  const { rows } = await poolOf(store).query<{ id: string }>(
    `INSERT INTO event (account_id, name, data)
     SELECT $1::uuid, $2::text, json_build_object('n', n) FROM generate_series(1, $3::integer) AS n RETURNING id`,
    [...values],
  );
  return rows.map(({ id }) => id);
}

export const anAccount = (): string => randomUUID();
