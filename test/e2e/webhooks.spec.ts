import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MusterClient } from '#libs/client/client';
import { verifySignature } from '#libs/client/webhook-signature';
import { readEvent } from '#libs/contracts/event-data';
import type { LoggedEvent } from '#libs/contracts/event-log';
import { WEBHOOK_RETRY_MS_MAX } from '#libs/contracts/limits/news';
import { SIGNATURE_HEADER, TEST_EVENT, type WebhookView, type WebhookWithSecret } from '#libs/contracts/webhook';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { type Answer, type Received, type Receiver, startReceiver } from '#test/support/receiver';
import { startRuntime, type TestRuntime } from '#test/support/runtime';
import { connectPair, type Person } from '#test/support/simulated-pair';

/** A receiver that was down for as long as an exchange takes on a busy machine is tried again 16 s later. */
const SOON = { timeout: 45_000, interval: 50 };

let postgres: TestPostgres;
let store: Client;
let runtime: TestRuntime;
let client: MusterClient;
let receiver: Receiver;
let alice: Person;
let bob: Person;
let webhook: WebhookWithSecret;

beforeAll(async () => {
  postgres = await startTestPostgres();
  const DATABASE_URL = await postgres.createDatabase();
  store = new Client({ connectionString: DATABASE_URL });
  await store.connect();
  receiver = await startReceiver();
  runtime = await startRuntime({ DATABASE_URL, ALLOW_PRIVATE_TARGETS: 'true' });
  ({ client } = runtime);
  ({ alice, bob } = await connectPair(client));
  webhook = await client.webhooks.create({ url: receiver.url, label: 'the shop', events: ['message.*'] });
  receiver.answer = verified();
});
afterAll(async () => {
  await runtime?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
  await store?.end();
  await postgres?.stop();
});

/** As the README has receivers do it: what is not signed with the secret is not taken. */
const verified =
  (secret = webhook.secret): Answer =>
  async ({ raw, headers }) => {
    const header = headers[SIGNATURE_HEADER] as string | undefined;
    return (await verifySignature({ payload: raw, header, secret })).ok ? 204 : 401;
  };
const fails: Answer = () => 503;

/** Sends so many; nothing more happens by itself when it is done. */
async function exchange(count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) {
    const { id } = await client.messages.send(alice.id, { to: bob.phone, text: `number ${n}` });
    const { providerMessageId } = await client.messages.untilStatus(id, 'delivered', { everyMs: 20 });
    const atBob = async () => (await client.messages.list(bob.id, { direction: 'in', limit: 1 })).items;
    await expect.poll(atBob, SOON).toMatchObject([{ providerMessageId }]);
  }
}
const logged = async (query: Parameters<MusterClient['events']['all']>[0]): Promise<readonly LoggedEvent[]> => {
  const events: LoggedEvent[] = [];
  for await (const event of client.events.all(query)) events.push(event);
  return events;
};
const lastCursor = async (): Promise<string | undefined> => (await logged({})).at(-1)?.cursor;
const untilWebhook = (fits: (seen: WebhookView) => boolean) =>
  expect.poll(async () => fits(await client.webhooks.get(webhook.id)), SOON).toBe(true);
const untilNothingWaits = () => untilWebhook(({ deliveries }) => deliveries.waiting === 0);
/** What was taken for an account, in its order; an id that came again is left out. */
const takenOf = (taken: readonly Received[], accountId: string) => {
  const bodies = new Map(taken.flatMap(({ body }) => (body.accountId === accountId ? [[body.id, body] as const] : [])));
  return [...bodies.values()];
};
/** As if so many days had passed for what waits; then it is tried at once, as after any change by a person. */
async function letDaysPass(table: 'webhook' | 'webhook_delivery', column: string): Promise<void> {
  const ms = WEBHOOK_RETRY_MS_MAX + 1_000;
  await store.query(`UPDATE ${table} SET ${column} = ${column} - ${ms} * interval '1 ms'`);
  await client.webhooks.patch(webhook.id, { url: receiver.url });
}

describe('a webhook', () => {
  it('shows its secret once, and is tried by a test call, whose signature is right', async () => {
    expect(webhook).toMatchObject({
      state: 'active',
      label: 'the shop',
      secret: expect.stringMatching(/^whsec_/) as string,
    });
    expect(await client.webhooks.get(webhook.id)).not.toHaveProperty('secret');
    expect(await client.webhooks.test(webhook.id)).toMatchObject({ taken: true, status: 204, error: null });
    expect(receiver.taken.at(-1)?.body).toMatchObject({ id: '0', event: TEST_EVENT, data: { webhookId: webhook.id } });
    expect((await client.webhooks.deliveries(webhook.id)).items).toEqual([]);
  });

  it('is told under its new secret when that is changed, and the old one is wrong then', async () => {
    const secret = 'chosen-by-the-shop-itself';
    await client.webhooks.patch(webhook.id, { secret });
    expect(await client.webhooks.test(webhook.id)).toMatchObject({ taken: false, status: 401 });
    receiver.answer = verified(secret);
    expect(await client.webhooks.test(webhook.id)).toMatchObject({ taken: true });
    webhook = { ...webhook, secret };
  });

  it('is told what the log says, in order per account, and nothing that it did not ask for', async () => {
    const ofBob = await client.webhooks.create({
      url: receiver.url,
      accountId: bob.id,
      events: ['message.received'],
      secret: webhook.secret,
    });
    const after = await lastCursor();
    const from = receiver.taken.length;
    await exchange(3);
    await client.accounts.patch(alice.id, { label: 'not asked for' });
    await untilNothingWaits();
    await expect.poll(async () => (await client.webhooks.get(ofBob.id)).deliveries.waiting, SOON).toBe(0);
    const came = receiver.taken.slice(from);
    for (const { id } of [alice, bob])
      expect(takenOf(came, id)).toEqual(await logged({ after, topics: 'messages', accountId: id }));
    const { items } = await client.webhooks.deliveries(ofBob.id);
    expect(items.map(({ event, accountId, state }) => [event, accountId, state])).toEqual(
      Array(3).fill(['message.received', bob.id, 'taken']),
    );
    await client.webhooks.delete(ofBob.id);
    await expect(client.webhooks.get(ofBob.id)).rejects.toMatchObject({ problem: { code: 'webhook_not_found' } });
    expect((await client.webhooks.list()).items.map(({ id }) => id)).toEqual([webhook.id]);
  });
});

describe('a service that leases an account', () => {
  it('is told by its webhook when the connection is lost, when it is back, and when the lease is over', async () => {
    const url = receiver.url;
    const ofLeases = await client.webhooks.create({ url, events: ['lease.*'], secret: webhook.secret });
    const from = receiver.taken.length;
    const who = { user_id: 'shop', purpose: 'write', service_name: 'writer' };
    const { lease_id: leaseId, fence } = await client.leases.allocate({ ...who, require: { account_ids: [bob.id] } });
    await client.accounts.disconnect(bob.id, { fence });
    await client.accounts.untilStatus(bob.id, 'DISCONNECTED');
    await client.accounts.connect(bob.id, { fence });
    await client.accounts.untilConnected(bob.id);
    await client.leases.release(bob.id, { service_name: 'writer' });
    const told = () => takenOf(receiver.taken.slice(from), bob.id).map(({ event, data }) => ({ event, data }));
    await expect.poll(told, SOON).toMatchObject([
      { event: 'lease.connection', data: { leaseId, fence, serviceName: 'writer', status: 'DISCONNECTED' } },
      { event: 'lease.connection', data: { leaseId, status: 'CONNECTED' } },
      { event: 'lease.ended', data: { leaseId, userId: 'shop', cause: 'released' } },
    ]);
    await client.webhooks.delete(ofLeases.id);
  });
});

describe('a receiver that is down', () => {
  it('is tried again, and gets all of it in order when it is back', async () => {
    receiver.answer = fails;
    const after = await lastCursor();
    const from = receiver.taken.length;
    await exchange(2);
    await untilWebhook(({ deliveries }) => deliveries.waiting > 4 && deliveries.lastError !== null);
    const first = async () =>
      (await client.webhooks.deliveries(webhook.id, { state: 'waiting', accountId: alice.id })).items.at(-1);
    await expect.poll(first, SOON).toMatchObject({ state: 'waiting', lastStatus: 503, concludedAt: null });
    const waiting = (await first())!;
    expect(Date.parse(waiting.nextAttemptAt!)).toBeGreaterThan(Date.parse(waiting.createdAt));

    receiver.answer = verified();
    await untilNothingWaits();
    const came = receiver.taken.slice(from);
    for (const { id } of [alice, bob])
      expect(takenOf(came, id)).toEqual(await logged({ after, topics: 'messages', accountId: id }));
    expect(came.find(({ eventId }) => eventId === waiting.eventId)!.attempt).toBeGreaterThan(1);
  });

  it('for days loses nothing: what is given up is told, listed, and delivered again by a call', async () => {
    receiver.answer = fails;
    const after = await lastCursor();
    await exchange(1);
    await untilWebhook(({ deliveries }) => deliveries.waiting >= 4);
    const ids = (await logged({ after, topics: 'messages' })).map(({ id }) => id);
    await letDaysPass('webhook_delivery', 'wanted_at');
    await untilWebhook(({ deliveries }) => deliveries.dead === ids.length);
    const dead = (await client.webhooks.deliveries(webhook.id, { state: 'dead' })).items;
    expect(dead.map(({ eventId }) => eventId)).toEqual([...ids].sort((a, b) => Number(b) - Number(a)));
    const givenUp = await logged({ after, events: 'webhook.gave-up' });
    expect(givenUp.map(({ data }) => data['eventId']).sort()).toEqual([...ids].sort());

    receiver.answer = verified();
    const from = receiver.taken.length;
    const [newest] = dead;
    await client.webhooks.redeliver(webhook.id, newest!.id);
    await untilNothingWaits();
    expect(receiver.taken.slice(from).map(({ eventId }) => eventId)).toEqual([newest!.eventId]);
    expect(await client.webhooks.redeliverDead(webhook.id)).toBe(ids.length - 1);
    await untilNothingWaits();
    for (const { id } of [alice, bob]) {
      const again = takenOf(receiver.taken.slice(from + 1), id).map(({ id: eventId }) => eventId);
      expect(again).toEqual([...again].sort((a, b) => Number(a) - Number(b)));
    }
    expect((await client.webhooks.get(webhook.id)).deliveries).toMatchObject({ waiting: 0, dead: 0 });
    expect((await client.webhooks.deliveries(webhook.id)).items.every(({ state }) => state === 'taken')).toBe(true);
  });
});

describe('a receiver that takes nothing any more', () => {
  const pausedBy = async (by: string, after: string | undefined): Promise<void> => {
    await untilWebhook(({ state, pausedBy: whom }) => state === 'paused' && whom === by);
    const told = await logged({ after, events: 'webhook.paused' });
    expect(told.map(({ data }) => data)).toEqual([{ webhookId: webhook.id, by }]);
  };
  const goesOn = async (): Promise<void> => {
    receiver.answer = verified();
    expect(await client.webhooks.resume(webhook.id)).toMatchObject({ state: 'active', pausedBy: null });
    await untilNothingWaits();
    expect((await client.webhooks.get(webhook.id)).deliveries.dead).toBe(0);
  };

  it('says that it is gone: paused at once; what happens meanwhile is kept for it', async () => {
    receiver.answer = () => 410;
    const after = await lastCursor();
    await exchange(1);
    await pausedBy('gone', after);
    await exchange(1);
    expect((await client.webhooks.get(webhook.id)).deliveries.waiting).toBeGreaterThan(4);
    await goesOn();
  });

  it('says nothing for days: paused by itself', async () => {
    receiver.answer = () => null;
    const after = await lastCursor();
    await exchange(1);
    const daysLater = async () => {
      await letDaysPass('webhook', 'failing_since'); // which counts from the first failure on, so perhaps not yet
      return (await client.webhooks.get(webhook.id)).state;
    };
    await expect.poll(daysLater, SOON).toBe('paused');
    await pausedBy('unanswered', after);
    await goesOn();
  });

  it('is paused by a person, who sees it in the history of webhooks', async () => {
    const after = await lastCursor();
    expect(await client.webhooks.pause(webhook.id)).toMatchObject({ state: 'paused', pausedBy: 'person' });
    const asked = receiver.asked;
    await exchange(1);
    expect(receiver.asked).toBe(asked);
    await goesOn();
    const told = await logged({ after, topics: 'webhooks' });
    expect(told.map(({ event }) => event)).toEqual(['webhook.paused', 'webhook.resumed']);
    for (const event of await logged({ topics: 'webhooks' })) expect(readEvent(event)).toMatchObject({ id: event.id });
  });
});

it('a webhook to a private address is refused unless such targets are allowed', async () => {
  await using strict = await startRuntime();
  const refusal = { problem: { status: 422, code: 'target_forbidden' } };
  for (const url of [receiver.url, 'http://169.254.169.254/latest', 'http://[fd00::1]/'])
    await expect(strict.client.webhooks.create({ url })).rejects.toMatchObject(refusal);
  expect((await strict.client.webhooks.list()).items).toEqual([]);
});
