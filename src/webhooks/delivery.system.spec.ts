import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WEBHOOKS_ALIKE_MAX } from '#libs/contracts/limits/news';
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
const list = async (id: string) => (await stage.deliveries.list(id, { limit: 100 })).items;

describe('an event', () => {
  it('comes to those who asked for it, and to no one else', async () => {
    const [alice, bob] = [anAccount(), anAccount()];
    await stage.addWebhook(`${receiver.url}all`);
    await stage.addWebhook(`${receiver.url}family`, { events: ['account.*'] });
    await stage.addWebhook(`${receiver.url}name`, { events: ['account.created', 'account.updated'] });
    await stage.addWebhook(`${receiver.url}other`, { events: ['message.*'] });
    await stage.tell(alice, 2);
    await stage.tell(bob, 1);
    await until(() => receiver.taken.length === 9).toBe(true);
    expect(receiver.taken.map(({ body }) => body.accountId).sort()).toEqual(
      [...Array<string>(6).fill(alice), ...Array<string>(3).fill(bob)].sort(),
    );
    expect(receiver.taken.every(({ body, eventId }) => body.event === 'account.updated' && body.id === eventId)).toBe(
      true,
    );
  });

  it('that was never committed comes to nobody', async () => {
    await stage.addWebhook(receiver.url);
    const client = await poolOf(stage.store).connect();
    await client.query(`BEGIN; INSERT INTO event (name, data) VALUES ('account.updated', '{}'); ROLLBACK`);
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
    const insert = `INSERT INTO event (account_id, name, data) VALUES ($1, 'account.updated', '{}') RETURNING id`;
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
      SELECT $1, 'account.updated', '{}' FROM generate_series(0, 1) AS n, LATERAL pg_sleep(n) RETURNING id`,
      [account],
    );
    const drawn = `SELECT last_value > $1::bigint AS drawn FROM event_id`;
    await until(async () => (await early.query<{ drawn: boolean }>(drawn, [before])).rows[0]!.drawn).toBe(true);
    await early.query(`INSERT INTO event (account_id, name, data) VALUES ($1, 'account.updated', '{}')`, [account]);
    await early.query('COMMIT');
    early.release();
    await late;
    await until(() => receiver.taken.length === 4).toBe(true);
    const ids = idsOf(receiver.taken.slice(1));
    expect(ids).toEqual([...ids].sort());
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
    await until(async () => (await list(id))[0]!.attempts > 0).toBe(true);
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
