import { NOTHING_BUT_TEXT } from '#libs/contracts/content';
import { v7 as uuidV7 } from 'uuid';
import { type DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IDEMPOTENCY_KEY_KEPT_MS, MESSAGE_TTL_MS, OUTBOX_QUEUED_MAX } from '#libs/contracts/limits/messages';
import { listMessagesSchema, type ListMessages, type MessageView } from '#libs/contracts/message';
import { StaleEpochError } from '#src/supervision/ports';
import { NOON } from '#test/support/account-entries';
import { plainMessage } from '#test/support/plain-message';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { AccountRepository } from './account.repository.js';
import { poolOf } from './data-source.js';
import { type NewMessage } from './new-message.js';
import { InboxRepository } from './inbox.repository.js';
import { MessageRepository } from './message.repository.js';
import { OwnershipRepository } from './ownership.repository.js';

let postgres: TestPostgres;
let store: DataSource;
let messages: MessageRepository;
let account: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  store = await postgres.openStore();
  messages = new MessageRepository(store);
  account = await ownAccount();
});

async function ownAccount(): Promise<string> {
  const id = uuidV7();
  await new AccountRepository(store).create({ id, label: 'x', provider: 'simulated', settings: {}, nodeId: 'n' });
  await new OwnershipRepository(store).own(id, 'n');
  return id;
}
const wanted = (more: Partial<NewMessage> = {}): NewMessage => plainMessage(account, { now: NOON, ...more });
const pending = (limit: number) => messages.pending(account, limit, []);
async function claim(messageId: string, providerMessageId: string | null, nextAttemptAt = NOON): Promise<boolean> {
  return (await messages.claim(account, 1, [{ messageId, providerMessageId, nextAttemptAt }])).has(messageId);
}
async function accept(more: Partial<NewMessage> = {}): Promise<MessageView> {
  const outcome = await messages.accept(wanted(more));
  if (!('message' in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome.message;
}
async function handOver(providerMessageId = 'p1', more: Partial<NewMessage> = {}): Promise<MessageView> {
  const message = await accept(more);
  await claim(message.id, providerMessageId);
  return message;
}
const acknowledged = async (providerMessageId: string, level: 'sent' | 'delivered' | 'read') =>
  (await messages.acknowledge(account, 1, [{ providerMessageId, level, at: NOON }]))[0] ?? null;
const list = (query: ListMessages = {}) => messages.list(account, listMessagesSchema.parse(query));

describe('accepting', () => {
  it('stores a message as it will be shown', async () => {
    const message = await accept();
    expect(message).toMatchObject({
      id: message.id,
      accountId: account,
      direction: 'out',
      to: '+380441234567',
      from: null,
      chatId: '380441234567@c.us',
      text: 'good morning',
      status: 'queued',
      providerMessageId: null,
      error: null,
      createdAt: '2026-01-02T12:00:00.000Z',
      sentAt: null,
      deliveredAt: null,
      readAt: null,
    });
    expect(await messages.find(message.id)).toEqual(message);
    expect(await messages.find(uuidV7())).toBeNull();
  });

  it('refuses an account that is not there', async () => {
    expect(await messages.accept(wanted({ accountId: uuidV7() }))).toEqual({ unknownAccount: true });
  });

  it('gives one message for one key, however many ask at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, () => messages.accept(wanted({ idempotencyKey: 'k' }))),
    );
    expect(outcomes.filter((outcome) => 'created' in outcome && outcome.created)).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => 'message' in outcome && outcome.message.id)).size).toBe(1);
    expect((await list()).items).toHaveLength(1);
  });

  it('refuses a key that comes with another text or recipient, also when both come at once', async () => {
    const texts = ['a', 'b'].map((text) => messages.accept(wanted({ idempotencyKey: 'k', text })));
    const outcomes = await Promise.all(texts);
    expect(outcomes.filter((outcome) => 'conflict' in outcome)).toHaveLength(1);
    expect(await messages.accept(wanted({ idempotencyKey: 'k', to: '+1234567890' }))).toEqual({ conflict: true });
  });

  it('answers a repeated key with the message as it is now, even when the outbox is full', async () => {
    const message = await handOver('p1', { idempotencyKey: 'k' });
    await messages.settle(account, 1, message.id, { status: 'sent', at: NOON });
    await fillOutbox(OUTBOX_QUEUED_MAX);
    messages = new MessageRepository(store); // by hand it was filled behind the back of the first
    const again = await messages.accept(wanted({ idempotencyKey: 'k' }));
    expect(again).toMatchObject({ created: false, message: { id: message.id, status: 'sent' } });
    expect(await messages.accept(wanted({ idempotencyKey: 'new' }))).toEqual({ full: true });
  });

  it('keeps keys apart by account, and forgets them after their time', async () => {
    const first = await accept({ idempotencyKey: 'k' });
    expect((await accept({ idempotencyKey: 'k', accountId: await ownAccount() })).id).not.toBe(first.id);
    const later = { idempotencyKey: 'k', text: 'another', now: NOON + IDEMPOTENCY_KEY_KEPT_MS };
    expect(await messages.accept(wanted(later))).toEqual({ conflict: true });
    expect(await messages.accept(wanted({ ...later, now: later.now + 1 }))).toMatchObject({ created: true });
  });

  it('stops at the bound of the outbox and goes on when there is room', async () => {
    await fillOutbox(OUTBOX_QUEUED_MAX - 1);
    const last = await accept();
    expect(await messages.accept(wanted())).toEqual({ full: true });
    expect((await messages.queueLengths()).get(account)).toBe(OUTBOX_QUEUED_MAX);
    await messages.settle(account, 1, last.id, { status: 'failed', at: NOON, error: { code: 'x', message: 'y' } });
    await accept();
  });
});

const fillOutbox = (count: number) =>
  poolOf(store).query(
    `INSERT INTO message (id, account_id, direction, chat_id, status, pending, tries, created_at)
    SELECT gen_random_uuid(), $1, 'out', 'c', 'queued', true, 0, now() FROM generate_series(1, $2::integer)`,
    [account, count],
  );

describe('sending', () => {
  it('takes messages in the order of acceptance, whatever the clock says', async () => {
    const ids: string[] = [];
    for (const now of [NOON + 10, NOON, NOON + 5]) ids.push((await accept({ now })).id);
    expect((await pending(2)).map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(await pending(1)).toMatchObject([
      { status: 'queued', providerMessageId: null, tries: 0, createdAt: NOON + 10, chatId: '380441234567@c.us' },
    ]);
  });

  it('claims with the provider’s id before the hand-over, may repeat it, and never changes the id', async () => {
    const message = await handOver('p1');
    expect(await claim(message.id, 'p1')).toBe(true);
    const claimed = { id: message.id, status: 'sending', providerMessageId: 'p1', tries: 2 };
    expect(await claim(message.id, 'p2')).toBe(false);
    expect(await pending(10)).toMatchObject([claimed]);
    await messages.settle(account, 1, message.id, { status: 'sent', at: NOON });
    expect(await claim(message.id, 'p1')).toBe(false);
    expect(await messages.find(message.id)).toMatchObject({ status: 'sent' });
  });

  it('puts back what was not sent, and not what was claimed again since', async () => {
    const { id } = await handOver('p1');
    const error = { code: 'rejected', message: 'the page was busy' };
    const later = { tries: 1, nextAttemptAt: NOON, error };
    expect(await messages.postpone(account, 1, id, later)).toMatchObject({ status: 'queued', error });
    expect(await pending(1)).toMatchObject([{ tries: 1, providerMessageId: 'p1' }]);
    await claim(id, 'p1');
    expect(await messages.postpone(account, 1, id, { ...later, error: null }), 'written late').toBeNull();
    expect(await pending(1)).toMatchObject([{ status: 'sending', tries: 2 }]);
  });

  it('settles once', async () => {
    const message = await handOver();
    const error = { code: 'refused', message: 'no\0' };
    const failed = await messages.settle(account, 1, message.id, { status: 'failed', at: NOON, error });
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'refused', message: 'no\ufffd' }, sentAt: null });
    expect(await messages.settle(account, 1, message.id, { status: 'sent', at: NOON })).toBeNull();
    expect(await acknowledged('p1', 'read')).toBeNull();
    expect(await pending(10)).toEqual([]);
  });

  it('moves on by acknowledgements, never backwards', async () => {
    await handOver();
    const acknowledge = async (level: 'sent' | 'delivered' | 'read', at: number) =>
      (await messages.acknowledge(account, 1, [{ providerMessageId: 'p1', level, at: NOON + at }]))[0] ?? null;
    expect(await acknowledge('sent', 2)).toMatchObject({ status: 'sent', sentAt: '2026-01-02T12:00:00.002Z' });
    expect(await acknowledge('sent', 3)).toBeNull();
    expect(await acknowledge('read', 4)).toMatchObject({
      status: 'read',
      sentAt: '2026-01-02T12:00:00.002Z',
      deliveredAt: '2026-01-02T12:00:00.004Z',
      readAt: '2026-01-02T12:00:00.004Z',
    });
    expect(await acknowledge('delivered', 5)).toBeNull();
    expect(await acknowledged('unknown', 'read')).toBeNull();
  });

  it('leaves `uncertain` for what the provider knows', async () => {
    const message = await handOver();
    const error = { code: 'uncertain', message: 'nobody knows' };
    await messages.settle(account, 1, message.id, { status: 'uncertain', at: NOON, error });
    expect(await acknowledged('p1', 'sent')).toMatchObject({ status: 'sent', error: null });
  });
});

it('a stale owner can do nothing', async () => {
  const message = await handOver();
  await new OwnershipRepository(store).own(account, 'n');
  const writes = [
    claim(message.id, 'p1'),
    messages.settle(account, 1, message.id, { status: 'sent', at: NOON }),
    acknowledged('p1', 'sent'),
    acknowledged('unknown', 'sent'),
  ];
  for (const result of await Promise.allSettled(writes)) {
    expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StaleEpochError) as Error });
  }
  expect(await messages.find(message.id)).toMatchObject({ status: 'sending' });
});

it('messages are listed newest first, page by page, and by direction, status and chat', async () => {
  const ids: string[] = [];
  for (const chatId of ['a', 'b', 'a', 'b', 'a']) ids.unshift((await accept({ chatId })).id);
  await claim(ids[0]!, 'p1');
  const incoming = { ...NOTHING_BUT_TEXT, kind: 'text' as const, providerMessageId: 'i', chatId: 'a', from: 'f' };
  const terms = { at: NOON, fetchesMedia: false, movesCursor: false };
  await new InboxRepository(store).receive(account, 1, { ...incoming, text: 'x', sentAt: NOON }, terms);
  const idsOf = async (query: ListMessages) => (await list(query)).items.map(({ id }) => id);
  const first = await list({ direction: 'out', limit: 3 });
  const rest = await list({ direction: 'out', limit: 3, cursor: first.nextCursor! });
  expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids);
  expect(rest.nextCursor).toBeNull();
  expect(await idsOf({ status: 'sending' })).toEqual([ids[0]]);
  expect(await idsOf({ chatId: 'a', direction: 'out' })).toEqual([ids[0], ids[2], ids[4]]);
});

it('old keys are taken off by upkeep', async () => {
  await accept({ idempotencyKey: 'old' });
  await accept({ idempotencyKey: 'young', now: NOON + 1_000 });
  expect(await messages.forgetOldKeys(NOON + IDEMPOTENCY_KEY_KEPT_MS + 500)).toBe(1);
  expect(await messages.accept(wanted({ idempotencyKey: 'young' }))).toMatchObject({ created: false });
});

it('fails what waited too long in the queue, and leaves alone what may have been handed over', async () => {
  const handedOver = await accept();
  await claim(handedOver.id, 'p-1');
  const waiting = await accept();
  const day = NOON + MESSAGE_TTL_MS;
  expect((await messages.expireQueued('n', day - 1_000)).length).toBe(0);
  expect(await messages.expireQueued('another-node', day + 1_000)).toEqual([]);
  const expired = await messages.expireQueued('n', day + 1_000);
  expect(expired).toMatchObject([{ id: waiting.id, status: 'failed', error: { code: 'expired' } }]);
  expect((await pending(10)).map(({ id }) => id)).toEqual([handedOver.id]);
});

it('says at last of what may have been handed over that nobody knows, when its account has not come back to ask', async () => {
  const { id } = await handOver('p-1');
  const later = NOON + MESSAGE_TTL_MS + 3_600_000;
  expect(await messages.expireQueued('n', later - 1_000)).toEqual([]);
  const settled = await messages.expireQueued('n', later + 1_000);
  expect(settled).toMatchObject([{ id, status: 'uncertain', error: { code: 'uncertain' } }]);
  expect(await pending(10)).toEqual([]);
  expect(await acknowledged('p-1', 'sent'), 'it is known after all').toMatchObject({ status: 'sent', error: null });
});

it('a message ends with its account: never handed over it has failed, otherwise nobody knows, and that is told', async () => {
  const [handedOver, waiting] = [await handOver('p1'), await accept()];
  await new AccountRepository(store).markDeleted(account);
  await new OwnershipRepository(store).giveUp(account, 'n');
  expect(await messages.find(handedOver.id)).toMatchObject({ status: 'uncertain', error: { code: 'account_deleted' } });
  expect(await messages.find(waiting.id)).toMatchObject({ status: 'failed', error: { code: 'account_deleted' } });
  const { rows } = await poolOf(store).query<{ id: string }>(
    `SELECT data ->> 'id' AS id FROM event WHERE name = 'message.changed'`,
  );
  expect(rows.map(({ id }) => id).sort()).toEqual([handedOver.id, waiting.id].sort());
});
