import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setTimeout as delay } from 'node:timers/promises';
import type { MusterClient } from '#libs/client/client';
import { createDataSource } from '#src/persistence/data-source';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { type Received, type Receiver, startReceiver } from '#test/support/receiver';
import { startRuntime } from '#test/support/runtime';
import { startWebhookProcess } from '#test/support/webhook-process-start';
import { anAccount, createWebhookStage } from '#test/support/webhook-stage';

const MINUTE_MS = 60_000;
const LOOK_EVERY_MS = 100;
/** Such a process is started five times, and as often waited for. */
const PATIENT = { timeout: 300_000 };
/** A process that was killed starts anew meanwhile: 2 s alone, above 20 beside ten programs. */
const until = (fits: () => unknown) =>
  expect.poll(async () => Boolean(await fits()), { timeout: 45_000, interval: 20 }).toBe(true);

/** All of it, in its order; what comes twice has the same id, and comes before anything that is newer. */
function expectInOrder(taken: readonly Received[], accountId: string, ids: readonly string[]): void {
  const came = taken.filter(({ body }) => body.accountId === accountId).map(({ eventId }) => eventId);
  const places = came.map((id) => ids.indexOf(id));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect([...new Set(came)]).toEqual(ids);
}

describe('a receiver that is down for 10 minutes', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());

  it('gets all events in order, though the process that delivers them is killed again and again', PATIENT, async () => {
    await using receiver = await startReceiver(() => 200);
    const url = await postgres.createDatabase();
    const store = await createDataSource(url).initialize();
    const stage = createWebhookStage(store);
    const accounts = Array.from({ length: 5 }, anAccount);
    const told = new Map(accounts.map((account): [string, string[]] => [account, []]));
    const tell = async (): Promise<void> => {
      for (const account of accounts) told.get(account)!.push(...(await stage.tell(account, 2)));
    };
    await stage.addWebhook(receiver.url);
    let sender = await startWebhookProcess(url);
    let passed = 0;
    const killed = async (): Promise<void> => {
      await sender.kill();
      sender = await startWebhookProcess(url);
      sender.pass(passed);
    };
    try {
      await tell();
      await until(() => receiver.taken.length === 10);
      await killedInTheMidstOfIt(receiver, tell, killed);
      receiver.answer = () => null;
      for (let minute = 1; minute <= 10; minute += 1) {
        await tell();
        const before = receiver.asked;
        // Pauses grow with each try, and a slow machine sees more of them: then it takes more than a minute to the next.
        while (receiver.asked === before) {
          passed += MINUTE_MS;
          sender.pass(MINUTE_MS);
          await delay(LOOK_EVERY_MS);
        }
        if (minute % 3 === 0) await killed();
      }
      receiver.answer = () => 200;
      while ((await stage.deliveries.count()).waiting > 0) {
        sender.pass(MINUTE_MS);
        await delay(LOOK_EVERY_MS);
      }
    } finally {
      await sender.kill();
      await store.destroy();
    }
    for (const [account, ids] of told) expectInOrder(receiver.taken, account, ids);
    expect(receiver.taken.length).toBeGreaterThan(new Set(receiver.taken.map(({ eventId }) => eventId)).size);
  });
});

/** The receiver has taken it, and the sender dies before it hears so: this must come again. */
async function killedInTheMidstOfIt(
  receiver: Receiver,
  tell: () => Promise<void>,
  killed: () => Promise<void>,
): Promise<void> {
  let release = (): void => undefined;
  const dead = new Promise<void>((resolve) => (release = resolve));
  receiver.answer = async () => {
    await dead;
    return 200;
  };
  const before = receiver.asked;
  await tell();
  await until(() => receiver.asked >= before + 5);
  await killed();
  receiver.answer = () => 200;
  release();
  const all = receiver.taken.length;
  await until(() => receiver.taken.length > all);
}

describe('a runtime that is killed while it delivers', () => {
  it('goes on where it was when it is back', async () => {
    await using receiver = await startReceiver(() => null);
    await using first = await startRuntime({ ALLOW_PRIVATE_TARGETS: 'true' });
    const { client } = first;
    const { id } = await client.accounts.create({ label: '0', provider: 'simulated' });
    await client.webhooks.create({ url: receiver.url, events: ['account.updated'] });
    const rename = async ({ accounts }: MusterClient, from: number, to: number): Promise<void> => {
      for (let n = from; n <= to; n += 1) await accounts.patch(id, { label: String(n) });
    };
    await rename(client, 1, 20);
    await until(() => receiver.asked > 1);
    let hung = false;
    receiver.answer = () => new Promise(() => (hung = true));
    await until(() => hung);
    await first.kill();
    receiver.answer = () => 200;
    await using second = await first.startAgain();
    await rename(second.client, 21, 30);
    await until(() => receiver.taken.length >= 30);
    const labels = receiver.taken.map(({ body }) => body.data['label']);
    expect(labels).toEqual(Array.from({ length: 30 }, (_, n) => String(n + 1)));
    expect(await second.stop()).toBe(0);
  });
});
