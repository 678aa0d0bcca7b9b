import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { listDeliveriesSchema } from '#libs/contracts/webhook';
import { QUEUE_COUNTED_MAX } from '#libs/contracts/limits/calls';
import { storedStatsSchema } from '#libs/contracts/stats';
import { NOON } from '#test/support/account-entries';
import { plainMessage } from '#test/support/plain-message';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { anAccount, createWebhookStage } from '#test/support/webhook-stage';
import { AccountRepository } from './account.repository.js';
import { poolOf } from './data-source.js';
import { MessageRepository } from './message.repository.js';
import { OwnershipRepository } from './ownership.repository.js';
import { StatsRepository } from './stats.repository.js';

let postgres: TestPostgres;
let store: DataSource;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  store = await postgres.openStore();
});
const stats = async () => storedStatsSchema.parse(await new StatsRepository(store).read());

describe('how much waits', () => {
  it('is nothing in a new store', async () => {
    expect(await stats()).toEqual({
      queues: {
        outbox: { queued: 0, sending: 0, oldestAt: null, capped: false },
        deliveries: { waiting: 0, retrying: 0, dead: 0, oldestAt: null, capped: false },
        jobs: { due: 0, later: 0, running: 0, capped: false },
      },
      log: { oldest: null, newest: null },
    });
  });

  it('is told of the outbox by status, with the age of the oldest', async () => {
    const account = uuidV7();
    await new AccountRepository(store).create({
      id: account,
      label: 'x',
      provider: 'simulated',
      settings: {},
      nodeId: 'n',
    });
    await new OwnershipRepository(store).own(account, 'n');
    const messages = new MessageRepository(store);
    const [first] = [await messages.accept(plainMessage(account, { now: NOON }))];
    await messages.accept(plainMessage(account, { now: NOON + 1_000 }));
    if (!('message' in first)) throw new Error('it was not accepted');
    await messages.claim(account, 1, [{ messageId: first.message.id, providerMessageId: 'p1', nextAttemptAt: NOON }]);
    expect((await stats()).queues.outbox).toEqual({
      queued: 1,
      sending: 1,
      oldestAt: new Date(NOON).toISOString(),
      capped: false,
    });
  });

  it('is told of webhooks and their jobs; more than are counted is said to be more', async () => {
    const stage = createWebhookStage(store);
    const [one, other] = [
      await stage.addWebhook('http://127.0.0.1:9/a'),
      await stage.addWebhook('http://127.0.0.1:9/b'),
    ];
    await stage.tell(anAccount(), 3);
    const set = (assignment: string, more: string): Promise<unknown> =>
      poolOf(store).query(
        `UPDATE webhook_delivery SET ${assignment} WHERE id IN (SELECT id FROM webhook_delivery ${more})`,
      );
    await set(`state = 'dead'`, 'ORDER BY event_id DESC LIMIT 2');
    await set('attempts = 2', `WHERE state = 'waiting' ORDER BY event_id LIMIT 1`);
    const { queues, log } = await stats();
    expect(queues.deliveries).toMatchObject({ waiting: 3, retrying: 1, dead: 2, capped: false });
    expect(queues.jobs).toMatchObject({ due: 2, later: 0, running: 0 });
    expect(log.oldest!.cursor < log.newest!.cursor).toBe(true);
    expect(queues.deliveries.oldestAt).toBe(log.oldest!.at);

    const dead = await stage.deliveries.listAll(listDeliveriesSchema.parse({ state: 'dead', limit: 1 }));
    expect(dead.items).toMatchObject([{ eventId: log.newest!.cursor, state: 'dead' }]);
    const rest = await stage.deliveries.listAll(
      listDeliveriesSchema.parse({ state: 'dead', cursor: dead.nextCursor! }),
    );
    expect(rest).toMatchObject({ items: [{ eventId: log.newest!.cursor }], nextCursor: null });
    const hooks = [...dead.items, ...rest.items].map(({ webhookId }) => webhookId);
    expect(hooks.toSorted()).toEqual([one, other].toSorted());
    expect((await stage.deliveries.listAll(listDeliveriesSchema.parse({}))).items).toHaveLength(6);

    await stage.tell(anAccount(), QUEUE_COUNTED_MAX);
    expect((await stats()).queues.deliveries).toMatchObject({ capped: true });
  });
});
