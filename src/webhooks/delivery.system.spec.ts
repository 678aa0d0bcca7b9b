import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WEBHOOK_DEAD_AFTER_MS, WEBHOOK_RETRY_MS_MAX, WEBHOOKS_ALIKE_MAX } from '#libs/contracts/limits/news';
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
  expect.poll(async () => Boolean(await fits()), { timeout: 10_000, interval: 20 });
const idsOf = (requests: readonly { readonly eventId: string }[]): readonly string[] =>
  requests.map(({ eventId }) => eventId);
const shown = async (id: string) => (await stage.webhooks.find(id))!;
const list = async (id: string) => (await stage.deliveries.list(id, { limit: 100 })).items;

describe('an event', () => {
  it('comes to those who asked for it, and to no one else', async () => {
    const [alice, bob] = [anAccount(), anAccount()];
    await stage.addWebhook(`${receiver.url}all`);
    await stage.addWebhook(`${receiver.url}family`, { events: ['group.*'] });
    await stage.addWebhook(`${receiver.url}name`, { events: ['account.created', 'group.changed'] });
    await stage.addWebhook(`${receiver.url}other`, { events: ['message.*'] });
    await stage.tell(alice, 2);
    await stage.tell(bob, 1);
    await until(() => receiver.taken.length === 9).toBe(true);
    expect(receiver.taken.map(({ body }) => body.accountId).sort()).toEqual(
      [...Array<string>(6).fill(alice), ...Array<string>(3).fill(bob)].sort(),
    );
    expect(receiver.taken.every(({ body, eventId }) => body.event === 'group.changed' && body.id === eventId)).toBe(
      true,
    );
  });

  it('that was never committed comes to nobody', async () => {
    await stage.addWebhook(receiver.url);
    const client = await poolOf(stage.store).connect();
    await client.query(`BEGIN; INSERT INTO event (name, data) VALUES ('group.changed', '{}'); ROLLBACK`);
    client.release();
    const [id] = await stage.tell(null);
    await until(() => receiver.taken.length > 0).toBe(true);
    expect(idsOf(receiver.taken)).toEqual([id]);
    expect((await poolOf(stage.store).query('SELECT FROM webhook_delivery')).rowCount).toBe(1);
  });

  it('whose commit comes late is still told before what has a greater id', async () => {
    await stage.addWebhook(receiver.url);
    const [before] = await stage.tell(null); // the very first job also names its kind, which others wait for
    await until(() => receiver.taken.length === 1).toBe(true);
    const account = anAccount();
    const late = await poolOf(stage.store).connect();
    await late.query('BEGIN');
    const insert = `INSERT INTO event (account_id, name, data) VALUES ($1, 'group.changed', '{}') RETURNING id`;
    const first = (await late.query<{ id: string }>(insert, [account])).rows[0]!.id;
    const [other] = await stage.tell(anAccount()); // committed, and not told while one of the same line could come before it
    const second = stage.tell(account); // who plans the same line waits for the other's commit
    await until(async () => (await stage.deliveries.count()).waiting === 1).toBe(true);
    expect(idsOf(receiver.taken)).toEqual([before]);
    await late.query('COMMIT');
    late.release();
    await until(() => receiver.taken.length === 4).toBe(true);
    expect(idsOf(receiver.taken.filter(({ body }) => body.accountId === account))).toEqual([first, ...(await second)]);
    expect(idsOf(receiver.taken)).toContain(other);
  });

  it('whose transaction began last and takes long is still told before what has a greater id', async () => {
    await stage.addWebhook(receiver.url);
    const [before] = await stage.tell(null);
    await until(() => receiver.taken.length === 1).toBe(true);
    const account = anAccount();
    const early = await poolOf(stage.store).connect();
    await early.query('BEGIN');
    await early.query('SELECT pg_current_xact_id()');
    // Two events in one statement: the second is written a while after the first has its id.
    const late = poolOf(stage.store).query<{ id: string }>(
      `INSERT INTO event (account_id, name, data)
      SELECT $1, 'group.changed', '{}' FROM generate_series(0, 1) AS n, LATERAL pg_sleep(n) RETURNING id`,
      [account],
    );
    const drawn = `SELECT last_value > $1::bigint AS drawn FROM event_id`;
    await until(async () => (await early.query<{ drawn: boolean }>(drawn, [before])).rows[0]!.drawn).toBe(true);
    await early.query(`INSERT INTO event (account_id, name, data) VALUES ($1, 'group.changed', '{}')`, [account]);
    await early.query('COMMIT');
    early.release();
    await late;
    await until(() => receiver.taken.length === 4).toBe(true);
    const ids = idsOf(receiver.taken.slice(1));
    expect(ids).toEqual([...ids].sort());
  });
});

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
    await until(() => list(id).then((items) => items.at(-1)!.attempts === 1)).toBe(true);
    await stage.pass(Math.max(WEBHOOK_RETRY_MS_MAX, WEBHOOK_DEAD_AFTER_MS) + 60_000);
    await until(async () => (await shown(id)).state === 'paused').toBe(true);
    expect(await shown(id)).toMatchObject({ pausedBy: 'unanswered', deliveries: { dead: 1 } });
    expect(stage.log().match(/a webhook is paused/g)).toHaveLength(1);
    expect(stage.news.map(({ event }) => event)).toEqual(['webhook.gave-up', 'webhook.paused']);

    receiver.answer = () => 200;
    await stage.webhooks.resume(id, stage.now());
    expect(await stage.deliveries.redeliverDead(id, stage.now())).toBe(1);
    await until(async () => (await shown(id)).deliveries.waiting === 0).toBe(true);
    const ofAccount = receiver.taken.filter(({ body }) => body.event === 'group.changed');
    expect([...idsOf(ofAccount)].sort()).toEqual([first, second].sort());
    const about = receiver.taken.map(({ body }) => body.event).filter((event) => event.startsWith('webhook.'));
    expect(about.sort()).toEqual(['webhook.gave-up', 'webhook.paused', 'webhook.resumed']);
  });

  it('makes no event about an event about webhooks', async () => {
    await stage.addWebhook(receiver.url, { events: ['webhook.*'] });
    await stage.addWebhook(receiver.url, { events: ['webhook.*'] });
    receiver.answer = () => 500;
    await stage.tell(null, 1, 'webhook.gave-up');
    await until(() => receiver.received.length === 2).toBe(true);
    for (let days = 0; days < 8; days += 1) {
      const before = receiver.received.length;
      await stage.pass(WEBHOOK_RETRY_MS_MAX);
      await expect
        .poll(() => receiver.received.length, { timeout: 700 })
        .toBeGreaterThan(before)
        .catch(() => undefined);
    }
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
    await until(async () => (await list(id))[0]?.attempts === 1).toBe(true);
    expect((await list(id))[0]).toMatchObject({ state: 'waiting', lastStatus: 307 });
  });
});

describe('a webhook', () => {
  it('that is paused is kept what happens, and told of it in order when it goes on', async () => {
    const id = await stage.addWebhook(receiver.url);
    await stage.webhooks.pause(id, 'person', stage.now());
    const account = anAccount();
    const ids = await stage.tell(account, 5);
    await stage.webhooks.resume(id, stage.now());
    await until(() => receiver.taken.length === 7).toBe(true);
    expect(idsOf(receiver.taken.filter(({ body }) => body.accountId === account))).toEqual(ids);
  });

  it('with a new address is told there at once of what waited', async () => {
    const id = await stage.addWebhook('http://127.0.0.1:1/');
    const [event] = await stage.tell(anAccount());
    await until(async () => (await list(id))[0]?.attempts === 1).toBe(true);
    await stage.webhooks.patch(id, { url: receiver.url }, stage.now());
    await until(() => receiver.taken.length === 1).toBe(true);
    expect(idsOf(receiver.taken)).toEqual([event]);
  });

  it('can be told again of what it took', async () => {
    const id = await stage.addWebhook(receiver.url);
    await stage.tell(anAccount());
    await until(async () => (await list(id))[0]?.state === 'taken').toBe(true);
    const [taken] = await list(id);
    expect(await stage.deliveries.redeliver(id, taken!.id, stage.now())).toMatchObject({ state: 'waiting' });
    await until(() => receiver.taken.length === 2).toBe(true);
    expect(new Set(idsOf(receiver.taken)).size).toBe(1);
  });

  it('is one of a few that are told of the same, since each of them is written for each event', async () => {
    for (let n = 0; n < WEBHOOKS_ALIKE_MAX; n += 1) await stage.addWebhook(receiver.url);
    await expect(stage.addWebhook(receiver.url)).rejects.toThrow('webhooks_full');
    const account = anAccount();
    await stage.addAccount(account);
    await stage.addWebhook(receiver.url, { accountId: account });
  });

  it('that is being deleted costs nobody his event', async () => {
    const id = await stage.addWebhook(receiver.url);
    const deleting = await poolOf(stage.store).connect();
    await deleting.query('BEGIN');
    await deleting.query('DELETE FROM webhook WHERE id = $1', [id]);
    const told = stage.tell(anAccount());
    const waits = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INSERT INTO event%'`;
    await until(async () => (await poolOf(stage.store).query(waits)).rowCount).toBe(true);
    await deleting.query('COMMIT');
    deleting.release();
    expect(await told).toHaveLength(1);
  });

  it('whose account is purged goes with it, and not before', async () => {
    const account = anAccount();
    await stage.addAccount(account);
    const id = await stage.addWebhook(receiver.url, { accountId: account });
    await stage.tell(account);
    await until(() => receiver.taken.length === 1).toBe(true);
    await poolOf(stage.store).query('UPDATE account SET deleted_at = now() WHERE id = $1', [account]);
    expect(await list(id)).toHaveLength(1);
    await poolOf(stage.store).query('DELETE FROM account WHERE id = $1', [account]);
    expect(await stage.webhooks.find(id)).toBeNull();
  });
});
