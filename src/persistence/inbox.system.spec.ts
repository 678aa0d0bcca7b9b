import { type DataSource } from 'typeorm';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NOTHING_BUT_TEXT } from '#libs/contracts/content';
import { EARLY_CHANGES_KEPT_MS, EARLY_CHANGES_MAX, REACTIONS_MAX } from '#libs/contracts/limits/messages';
import { type MediaView } from '#libs/contracts/media';
import { type MessageView } from '#libs/contracts/message';
import { type ReceivedMessage } from '#libs/contracts/received-message';
import { type MessageChange } from '#src/supervision/inbox-ports';
import { StaleEpochError } from '#src/supervision/ports';
import { NOON } from '#test/support/account-entries';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { AccountRepository } from './account.repository.js';
import { poolOf } from './data-source.js';
import { InboxRepository } from './inbox.repository.js';
import { MessageRepository } from './message.repository.js';
import { OwnershipRepository } from './ownership.repository.js';

let postgres: TestPostgres;
let store: DataSource;
let inbox: InboxRepository;
let messages: MessageRepository;
let account: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  store = await postgres.openStore();
  inbox = new InboxRepository(store);
  messages = new MessageRepository(store);
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

const OLHA = '+380501112233';
const PHOTO = { mimeType: 'image/png', filename: 'p.png', bytes: 3, seconds: null };
const TERMS = { at: NOON, fetchesMedia: true, movesCursor: true };
const said = (providerMessageId: string, more: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  ...NOTHING_BUT_TEXT,
  kind: 'text',
  providerMessageId,
  chatId: 'c@g.us',
  from: OLHA,
  text: 'hi',
  sentAt: NOON - 1_500,
  ...more,
});
const receive = (message: ReceivedMessage, terms = TERMS) => inbox.receive(account, 1, message, terms);
const received = async (message: ReceivedMessage): Promise<MessageView> => (await receive(message))!;
const reacted = (at: number, emoji: string, from = OLHA): MessageChange => ({
  type: 'driver.reacted',
  providerMessageId: 'p1',
  from,
  emoji,
  at: NOON + at,
});
const edited = (at: number, text: string): MessageChange => ({
  type: 'driver.edited',
  providerMessageId: 'p1',
  text,
  at: NOON + at,
});
const revoked: MessageChange = { type: 'driver.revoked', providerMessageId: 'p1', at: NOON + 9 };
const change = (what: MessageChange): Promise<MessageView | null> => inbox.change(account, 1, what, NOON);
const log = async (): Promise<readonly string[]> => {
  const { rows } = await poolOf(store).query<{ name: string }>(
    `SELECT name FROM event WHERE account_id = $1 AND name NOT LIKE 'account.%' ORDER BY id`,
    [account],
  );
  return rows.map(({ name }) => name);
};

describe('receiving', () => {
  it('stores an incoming message once, with its event', async () => {
    expect(await receive(said('p1', { text: 'hi\0' }))).toMatchObject({
      direction: 'in',
      kind: 'text',
      status: 'received',
      from: OLHA,
      to: null,
      text: 'hi\ufffd',
      sentAt: '2026-01-02T11:59:58.500Z',
      createdAt: '2026-01-02T12:00:00.000Z',
    });
    expect(await receive(said('p1'))).toBeNull();
    expect(await log()).toEqual(['message.received']);
  });

  it('stores it once, too, when it is told by several at the same time', async () => {
    const stored = await Promise.all(Array.from({ length: 20 }, () => receive(said('p1'))));
    expect(stored.filter((view) => view !== null)).toHaveLength(1);
    expect(await log()).toEqual(['message.received']);
  });

  it('keeps what only some kinds have', async () => {
    const poll = { question: 'When\0?', options: ['now', 'later'], multiple: false };
    expect(await receive(said('p1', { kind: 'poll', text: null, poll }))).toMatchObject({
      kind: 'poll',
      poll: { ...poll, question: 'When\ufffd?' },
    });
    const location = { latitude: 1, longitude: 2 };
    expect(await receive(said('p2', { kind: 'location', text: null, location }))).toMatchObject({ location });
    expect(await receive(said('p3', { mentions: [OLHA] }))).toMatchObject({ mentions: [OLHA], media: null });
  });

  it('keeps a text that was cut in the midst of a character', async () => {
    const poll = { question: 'When \ud83d', options: ['now', 'later'], multiple: false };
    expect(await receive(said('p1', { kind: 'poll', text: 'cut \ud83d', poll }))).toMatchObject({
      text: 'cut \ufffd',
      poll: { question: 'When \ufffd' },
    });
  });

  it('names the message that it answers, where that is known', async () => {
    const first = await received(said('p1'));
    expect(await receive(said('p2', { quoted: 'p1' }))).toMatchObject({ replyTo: first.id });
    expect(await receive(said('p3', { quoted: 'unknown' }))).toMatchObject({ replyTo: null });
  });
});

describe('what is done to a message', () => {
  it('one reaction a person counts, the last one; what was told before changes nothing', async () => {
    await receive(said('p1'));
    expect((await change(reacted(1, '👍')))?.reactions).toMatchObject([{ from: OLHA, emoji: '👍' }]);
    expect(await change(reacted(1, '👍'))).toBeNull();
    expect((await change(reacted(2, '❤️', '+1')))?.reactions).toHaveLength(2);
    expect((await change(reacted(3, '😮')))?.reactions).toContainEqual(expect.objectContaining({ emoji: '😮' }));
    expect(await change(reacted(2, '👍'))).toBeNull();
    expect((await change(reacted(4, '')))?.reactions).toMatchObject([{ from: '+1', emoji: '❤️' }]);
    expect(await change(reacted(3, '😮'))).toBeNull();
    expect(await log()).toEqual(['message.received', ...Array<string>(4).fill('message.reacted')]);
  });

  it('as many people react as a group has, and no more', async () => {
    const message = await received(said('p1'));
    const full = Object.fromEntries(Array.from({ length: REACTIONS_MAX }, (_, i) => [`+${i}`, { emoji: 'x', at: 1 }]));
    await poolOf(store).query('UPDATE message SET reactions = $2 WHERE id = $1', [message.id, full]);
    expect(await change(reacted(1, '👍', '+0'))).not.toBeNull();
    expect(await change(reacted(1, '👍', 'one too many'))).toBeNull();
  });

  it('an edit replaces the text; an older one does not', async () => {
    await receive(said('p1'));
    expect(await change(edited(5, 'better'))).toMatchObject({ text: 'better', editedAt: '2026-01-02T12:00:00.005Z' });
    expect(await change(edited(4, 'older'))).toBeNull();
    expect(await change(edited(5, 'better'))).toBeNull();
    expect(await log()).toEqual(['message.received', 'message.edited']);
  });

  it('a deletion leaves the message, and nothing of what it said; its file goes with it', async () => {
    const { id } = await received(said('p1', { kind: 'image', media: PHOTO }));
    await change(reacted(1, '👍'));
    const mediaId = await storedFile(id);
    const left = { id, text: null, media: null, reactions: [], revokedAt: '2026-01-02T12:00:00.009Z' };
    expect(await change(revoked)).toMatchObject(left);
    expect(await messages.find(id)).toMatchObject(left);
    expect(await change(revoked)).toBeNull();
    expect(await change(edited(10, 'too late'))).toBeNull();
    const { rows } = await poolOf(store).query('SELECT FROM media WHERE id = $1', [mediaId]);
    expect(rows).toEqual([]);
  });

  it('before the message has come, it waits for it', async () => {
    for (const what of [reacted(1, '👍'), reacted(2, '❤️'), reacted(1, '👍'), edited(3, 'better')])
      expect(await change(what)).toBeNull();
    expect(await receive(said('p1'))).toMatchObject({
      text: 'better',
      editedAt: '2026-01-02T12:00:00.003Z',
      reactions: [{ from: OLHA, emoji: '❤️' }],
    });
    expect(await log()).toEqual(['message.received']);
    const { rows } = await poolOf(store).query('SELECT FROM early_change WHERE account_id = $1', [account]);
    expect(rows).toEqual([]);
  });

  it('a message that was deleted before it has come is stored as a deleted one', async () => {
    await change(revoked);
    const came = await received(said('p1', { kind: 'image', media: PHOTO }));
    expect(came).toMatchObject({ text: null, media: null, revokedAt: '2026-01-02T12:00:00.009Z' });
    expect(await inbox.mediaWanted(account, 10)).toEqual([]);
  });

  it('are left out while they rest', async () => {
    const [first, second] = [
      await received(said('p1', { media: PHOTO })),
      await received(said('p2', { media: PHOTO })),
    ];
    expect((await inbox.mediaWanted(account, 1, [first.id])).map(({ messageId }) => messageId)).toEqual([second.id]);
  });

  const kept = async (): Promise<number> => {
    const { rows } = await poolOf(store).query<{ count: number }>('SELECT count(*)::integer FROM early_change');
    return rows[0]!.count;
  };

  it('what waits for messages that never come is bounded, crowds nothing new out, and is forgotten after its time', async () => {
    await poolOf(store).query(
      `INSERT INTO early_change SELECT $1, 'x' || n, 'revoke', '', '', 0, to_timestamp($3) FROM generate_series(1, $2::integer) n`,
      [account, EARLY_CHANGES_MAX, NOON / 1000],
    );
    await change(revoked);
    await change(revoked);
    expect(await kept()).toBe(EARLY_CHANGES_MAX);
    expect(await receive(said('p1'))).toMatchObject({ revokedAt: expect.any(String) as string });
    expect(await inbox.forgetOld(NOON + EARLY_CHANGES_KEPT_MS + 1, NOON)).toBe(EARLY_CHANGES_MAX - 1);
  });

  it('a change of a group is told once', async () => {
    const group = {
      chatId: 'c@g.us',
      change: 'added' as const,
      by: null,
      people: [OLHA],
      text: 'x\0',
      providerMessageId: 'g1',
      at: NOON,
    };
    expect(await inbox.changeGroup(account, 1, group, NOON)).toBe(true);
    expect(await inbox.changeGroup(account, 1, group, NOON)).toBe(false);
    expect(await log()).toEqual(['group.changed']);
  });
});

async function anyFile(): Promise<MediaView> {
  const createdAt = new Date(NOON).toISOString();
  const id = uuidV7();
  await poolOf(store).query(
    `INSERT INTO media (id, account_id, origin, mime_type, bytes, sha256, created_at, expires_at)
    VALUES ($1, $2, 'received', 'image/png', 4, 'ab', $3, $3)`,
    [id, account, createdAt],
  );
  const about = { mimeType: 'image/png', filename: null, bytes: 4, sha256: 'ab' };
  return { id, accountId: account, origin: 'received', ...about, createdAt, expiresAt: createdAt };
}

async function storedFile(messageId: string): Promise<string> {
  const file = await anyFile();
  expect(await inbox.mediaStored(account, 1, messageId, file, 7)).toMatchObject({
    media: { id: file.id, state: 'stored', bytes: 4, seconds: 7 },
  });
  return file.id;
}

describe('files of messages', () => {
  it('are wanted until they are stored or given up, which is told', async () => {
    const first = await received(said('p1', { kind: 'image', media: PHOTO }));
    expect(first.media).toEqual({ id: null, state: 'pending', ...PHOTO });
    const second = await received(said('p2', { kind: 'image', media: PHOTO }));
    expect(await inbox.mediaTried(account, 1, second.id, false)).toBeNull();
    expect(await inbox.mediaWanted(account, 10)).toEqual([
      { messageId: first.id, providerMessageId: 'p1', tries: 0, seconds: null },
      { messageId: second.id, providerMessageId: 'p2', tries: 1, seconds: null },
    ]);
    await storedFile(first.id);
    expect(await inbox.mediaTried(account, 1, second.id, true)).toMatchObject({ media: { state: 'failed' } });
    expect(await inbox.mediaWanted(account, 10)).toEqual([]);
    expect((await log()).slice(2)).toEqual(['message.media', 'message.media']);
  });

  it('are not kept when their message was deleted while they were fetched', async () => {
    const { id } = await received(said('p1', { kind: 'image', media: PHOTO }));
    await change(revoked);
    const file = await anyFile();
    expect(await inbox.mediaStored(account, 1, id, file, null)).toBeNull();
    expect((await poolOf(store).query('SELECT FROM media WHERE id = $1', [file.id])).rows).toEqual([]);
  });

  it('are told as failed at once where they are not fetched', async () => {
    const message = said('p1', { kind: 'image', media: PHOTO });
    expect(await receive(message, { ...TERMS, fetchesMedia: false })).toMatchObject({ media: { state: 'failed' } });
  });
});

describe('where a catch-up begins', () => {
  it('is nowhere at first, then where each chat was left, never further back, never in the future', async () => {
    expect(await inbox.position(account)).toEqual({ heardUntil: null, chats: [], wantsMedia: false });
    await inbox.heardUntil(account, 1, NOON - 5_000);
    await receive(said('p1'));
    await receive(said('p2', { sentAt: NOON - 3_000 }));
    await receive(said('p3', { chatId: 'd@c.us', sentAt: NOON + 86_400_000 }));
    await receive(said('p4', { chatId: 'e@c.us' }), { ...TERMS, movesCursor: false });
    expect(await inbox.position(account)).toEqual({
      heardUntil: NOON - 5_000,
      chats: [
        { chatId: 'd@c.us', afterMs: NOON },
        { chatId: 'c@g.us', afterMs: NOON - 1_500 },
      ],
      wantsMedia: false,
    });
    await receive(said('p5', { chatId: 'd@c.us', kind: 'image', media: PHOTO }));
    await inbox.heardUntil(account, 1, NOON - 1_000);
    await inbox.heardUntil(account, 1, NOON - 2_000);
    expect(await inbox.position(account)).toEqual({
      heardUntil: NOON - 1_000,
      chats: [{ chatId: 'd@c.us', afterMs: NOON }],
      wantsMedia: true,
    });
  });
});

it('a stale owner can do nothing', async () => {
  const { id } = await received(said('p1', { kind: 'image', media: PHOTO }));
  await new OwnershipRepository(store).own(account, 'n');
  const writes = [
    receive(said('p2')),
    inbox.change(account, 1, revoked, NOON),
    inbox.change(account, 1, { ...revoked, providerMessageId: 'unknown' }, NOON),
    inbox.mediaTried(account, 1, id, true),
    inbox.heardUntil(account, 1, NOON),
  ];
  for (const result of await Promise.allSettled(writes))
    expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StaleEpochError) as Error });
  const { rows } = await poolOf(store).query('SELECT FROM early_change WHERE account_id = $1', [account]);
  expect(rows).toEqual([]);
  expect(await messages.find(id)).toMatchObject({ revokedAt: null, media: { state: 'pending' } });
});
