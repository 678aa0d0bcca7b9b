import { v7 as uuidV7 } from 'uuid';
import { type DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MessageView } from '#libs/contracts/message';
import { StaleEpochError } from '#src/supervision/ports';
import { NOON } from '#test/support/account-entries';
import { plainMessage } from '#test/support/plain-message';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { AccountRepository } from './account.repository.js';
import { poolOf } from './data-source.js';
import { MessageRepository } from './message.repository.js';
import { OutboxRepository } from './outbox.repository.js';
import { OwnershipRepository } from './ownership.repository.js';

const HOUR_MS = 3_600_000;
let postgres: TestPostgres;
let store: DataSource;
let messages: MessageRepository;
let outbox: OutboxRepository;
let account: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  store = await postgres.openStore();
  messages = new MessageRepository(store);
  outbox = new OutboxRepository(store);
  account = uuidV7();
  await new AccountRepository(store).create({
    id: account,
    label: 'x',
    provider: 'simulated',
    settings: {},
    nodeId: 'n',
  });
  await new OwnershipRepository(store).own(account, 'n');
});

async function accept(at = NOON): Promise<MessageView> {
  const outcome = await messages.accept(plainMessage(account, { now: at }));
  if (!('message' in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome.message;
}
async function send(at: number): Promise<string> {
  const { id: messageId } = await accept(at);
  const providerMessageId = `p-${messageId}`;
  await messages.claim(account, 1, [{ messageId, providerMessageId, nextAttemptAt: at }]);
  await messages.acknowledge(account, 1, [{ providerMessageId, level: 'sent', at }]);
  return providerMessageId;
}
const waiting = async (): Promise<number> => (await messages.pending(account, 10, [])).length;
const told = async (): Promise<readonly string[]> => {
  const { rows } = await poolOf(store).query<{ name: string; data: { by?: string } }>(
    `SELECT name, data FROM event WHERE account_id = $1 AND name LIKE 'outbox.%' ORDER BY id`,
    [account],
  );
  return rows.map(({ name, data }) => `${name} ${data.by}`);
};

describe('an outbox', () => {
  it('that is paused gives nothing to send, is paused once, and says each change in the log', async () => {
    await accept();
    expect(await outbox.pause(account, NOON)).toBe(true);
    expect(await outbox.pause(account, NOON + 1)).toBe(false);
    expect(await waiting()).toBe(0);
    expect(await outbox.show(account)).toMatchObject({ pausedBy: 'person', waiting: 1 });
    expect(await outbox.resume(account, NOON + 2)).toBe('person');
    expect(await outbox.resume(account, NOON + 3)).toBeNull();
    expect(await waiting()).toBe(1);
    expect(await told()).toEqual(['outbox.paused person', 'outbox.resumed person']);
  });

  it('gives up what waits, and neither what came later nor what may be under way', async () => {
    const [first, second] = [await accept(), await accept()];
    await messages.claim(account, 1, [{ messageId: first.id, providerMessageId: 'p1', nextAttemptAt: NOON }]);
    const newest = (await outbox.newestWaiting(account))!;
    const later = await accept();
    expect((await outbox.giveUp(account, newest)).map(({ id, error }) => [id, error?.code])).toEqual([
      [second.id, 'stale'],
    ]);
    expect(await outbox.giveUp(account, newest)).toEqual([]);
    expect((await messages.pending(account, 10, [])).map(({ id }) => id)).toEqual([first.id, later.id]);
  });

  it('leaves the messages of held chats out', async () => {
    await accept();
    const { chatId } = (await messages.pending(account, 1, []))[0]!;
    expect(await messages.pending(account, 10, [chatId])).toEqual([]);
  });
});

describe('what waits for long', () => {
  const judge = (now: number) => messages.pauseIfStale(account, 1, now - 6 * HOUR_MS, now);

  it('pauses the outbox once, and not before its time', async () => {
    await accept();
    expect(await judge(NOON + 6 * HOUR_MS)).toBe(false);
    expect(await judge(NOON + 7 * HOUR_MS)).toBe(true);
    expect(await judge(NOON + 7 * HOUR_MS)).toBe(false);
    expect(await outbox.show(account)).toMatchObject({ pausedBy: 'stale', waiting: 1 });
    expect(await told()).toEqual(['outbox.paused stale']);
  });

  it('does not pause it again when a person has said that it is wanted', async () => {
    await accept();
    await judge(NOON + 7 * HOUR_MS);
    await outbox.resume(account, NOON + 8 * HOUR_MS);
    expect(await judge(NOON + 9 * HOUR_MS)).toBe(false);
    expect(await judge(NOON + 15 * HOUR_MS)).toBe(true);
  });

  it('is only the end of a long queue when others were sent meanwhile', async () => {
    await accept();
    await send(NOON + 5 * HOUR_MS);
    expect(await judge(NOON + 10 * HOUR_MS)).toBe(false);
    expect(await judge(NOON + 12 * HOUR_MS)).toBe(true);
  });

  it('is not judged by a former owner', async () => {
    await accept();
    await expect(messages.pauseIfStale(account, 0, NOON + HOUR_MS, NOON + 7 * HOUR_MS)).rejects.toBeInstanceOf(
      StaleEpochError,
    );
  });
});

it('knows which of the latest are not read, newest first', async () => {
  const sent = [await send(NOON + 1_000), await send(NOON + 2_000), await send(NOON + 3_000)];
  await messages.acknowledge(account, 1, [{ providerMessageId: sent[1]!, level: 'read', at: NOON + 4_000 }]);
  await messages.acknowledge(account, 1, [{ providerMessageId: sent[2]!, level: 'delivered', at: NOON + 4_000 }]);
  await accept(NOON + 5_000);
  const unread = (after: number, limit = 10) => messages.unreadSince(account, after, limit);
  expect((await unread(NOON)).map((one) => [one.providerMessageId, one.status])).toEqual([
    [sent[2], 'delivered'],
    [sent[0], 'sent'],
  ]);
  expect(await unread(NOON + 1_000)).toHaveLength(1);
  expect(await unread(NOON, 1)).toHaveLength(1);
});

it('knows when messages were sent lately, oldest first', async () => {
  for (const at of [NOON + 3_000, NOON + 1_000, NOON + 2_000]) await send(at);
  await accept(NOON + 5_000);
  expect(await messages.sentSince(account, NOON + 1_000)).toEqual([NOON + 2_000, NOON + 3_000]);
});
