import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WEBHOOK_DEAD_AFTER_MS, WEBHOOK_RETRY_MS_MAX } from '#libs/contracts/limits/news';
import type { JobRunner } from '#src/jobs/job-runner';
import { poolOf } from '#src/persistence/data-source';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { type Receiver, startReceiver } from '#test/support/receiver';
import { anAccount, createWebhookStage, type WebhookStage } from '#test/support/webhook-stage';

let postgres: TestPostgres;
let stage: WebhookStage;
let receiver: Receiver;
let jobs: JobRunner;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  stage = createWebhookStage(await postgres.openStore());
  receiver = await startReceiver();
  jobs = stage.startJobs();
});
afterEach(async () => {
  await jobs.stop();
  await receiver[Symbol.asyncDispose]();
});

const until = (fits: () => unknown) =>
  expect.poll(async () => Boolean(await fits()), { timeout: 60_000, interval: 20 }); // under a second alone, 11 s beside ten programs
const idsOf = (requests: readonly { readonly eventId: string }[]): readonly string[] =>
  requests.map(({ eventId }) => eventId);
const shown = async (id: string) => (await stage.webhooks.find(id))!;
const list = async (id: string) => (await stage.deliveries.list(id, { limit: 100 })).items;

describe('a receiver that fails', () => {
  it('gets the same event again, with the same id, and the later ones of that account after it', async () => {
    const [alice, bob] = [anAccount(), anAccount()];
    await stage.addWebhook(receiver.url);
    let failures = 2;
    receiver.answer = ({ body }) => (body.accountId === alice && failures-- > 0 ? 500 : 200);
    const [a1, a2] = await stage.tell(alice, 2);
    const [b1] = await stage.tell(bob, 1);
    await until(() => receiver.taken.length === 1).toBe(true);
    expect(idsOf(receiver.taken)).toEqual([b1]);
    await stage.pass(1_000);
    await until(() => receiver.received.length === 3).toBe(true);
    await stage.pass(2_000);
    await until(() => receiver.taken.length === 3).toBe(true);
    const ofAlice = receiver.received.filter(({ body }) => body.accountId === alice);
    expect(idsOf(ofAlice)).toEqual([a1, a1, a1, a2]);
    expect(ofAlice.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 1]);
  });

  it('is asked later and later, as late as it asks for itself, and new events don’t hasten it', async () => {
    const id = await stage.addWebhook(receiver.url);
    const account = anAccount();
    receiver.answer = (_request, response) => {
      response.setHeader('retry-after', '120');
      return 503;
    };
    await stage.tell(account);
    await until(() => receiver.received.length === 1).toBe(true);
    await until(async () => (await list(id))[0]!.attempts === 1).toBe(true);
    const [first] = await list(id);
    expect(Date.parse(first!.nextAttemptAt!) - stage.now()).toBeGreaterThan(100_000);
    await stage.tell(account);
    await stage.pass(60_000);
    await until(async () => (await stage.deliveries.count()).waiting === 2).toBe(true);
    await stage.pass(61_000);
    await until(() => receiver.received.length === 2).toBe(true);
    expect(new Set(idsOf(receiver.received)).size).toBe(1);
  });

  it('for days gets no more of it, is paused, and gets all of it when it is resumed and asked again', async () => {
    const id = await stage.addWebhook(receiver.url);
    const account = anAccount();
    receiver.answer = () => null;
    const [first, second] = await stage.tell(account, 2);
    await until(() => list(id).then((items) => items.at(-1)!.attempts > 0)).toBe(true);
    await stage.pass(Math.max(WEBHOOK_RETRY_MS_MAX, WEBHOOK_DEAD_AFTER_MS) + 60_000);
    await until(async () => (await shown(id)).state === 'paused').toBe(true);
    expect(await shown(id)).toMatchObject({ pausedBy: 'unanswered', deliveries: { dead: 1 } });
    expect(stage.log().match(/a webhook is paused/g)).toHaveLength(1);
    expect(stage.news.map(({ event }) => event)).toEqual(['webhook.gave-up', 'webhook.paused']);

    receiver.answer = () => 200;
    await stage.webhooks.resume(id, stage.now());
    expect(await stage.deliveries.redeliverDead(id, stage.now())).toBe(1);
    await until(async () => (await shown(id)).deliveries.waiting === 0).toBe(true);
    const ofAccount = receiver.taken.filter(({ body }) => body.event === 'account.updated');
    expect([...idsOf(ofAccount)].sort()).toEqual([first, second].sort());
    const about = receiver.taken.map(({ body }) => body.event).filter((event) => event.startsWith('webhook.'));
    expect(about.sort()).toEqual(['webhook.gave-up', 'webhook.paused', 'webhook.resumed']);
  });

  it('makes no event about an event about webhooks', async () => {
    await stage.addWebhook(receiver.url, { events: ['webhook.*'] });
    await stage.addWebhook(receiver.url, { events: ['webhook.*'] });
    receiver.answer = () => 500;
    await stage.tell(null, 1, 'webhook.gave-up');
    await until(() => receiver.received.length >= 2).toBe(true);
    const busy = 'SELECT FROM graphile_worker._private_jobs WHERE run_at <= now() OR locked_at IS NOT NULL';
    const isQuiet = async () => (await poolOf(stage.store).query(busy)).rowCount === 0;
    for (let days = 0; days < 8; days += 1) {
      await until(isQuiet).toBe(true); // what failed is written down before time passes
      await stage.pass(WEBHOOK_RETRY_MS_MAX);
    }
    await until(isQuiet).toBe(true);
    const { rows } = await poolOf(stage.store).query<{ name: string }>('SELECT name FROM event ORDER BY id');
    // The one above, and that each of the two was paused.
    expect(rows.map(({ name }) => name)).toEqual(['webhook.gave-up', 'webhook.paused', 'webhook.paused']);
  });

  it('that says 410 is paused at once', async () => {
    const id = await stage.addWebhook(receiver.url);
    receiver.answer = () => 410;
    await stage.tell(anAccount());
    await until(async () => (await shown(id)).state === 'paused').toBe(true);
    expect(await shown(id)).toMatchObject({ pausedBy: 'gone' });
  });

  it('by redirecting is not followed', async () => {
    const id = await stage.addWebhook(receiver.url);
    receiver.answer = (_request, response) => {
      response.setHeader('location', `${receiver.url}elsewhere`);
      return 307;
    };
    await stage.tell(anAccount());
    await until(async () => (await list(id))[0]!.attempts > 0).toBe(true);
    expect((await list(id))[0]).toMatchObject({ state: 'waiting', lastStatus: 307 });
  });
});
