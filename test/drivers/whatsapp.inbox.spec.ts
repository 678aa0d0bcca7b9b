import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CATCH_UP_MESSAGES_MAX } from '#libs/contracts/limits/messages';
import type { DriverFact, ReceivedMessage, SessionOrders } from '#libs/contracts/session';
import { valueOf, type Witness } from '#libs/drivers/witness.contract';
import { fileHashOf } from './whatsapp-people.js';
import { openWhatsappStage, WAIT_MS, type WhatsappStage } from './whatsapp-stage.js';

const me = '+491700000001';
const bob = '+491700000002';
const carol = '+491700000003';
const chatOf = (phone: string): string => `${phone.slice(1)}@c.us`;
const folder = mkdtempSync(join(tmpdir(), 'whatsapp-inbox-'));

let stage: WhatsappStage;
let accountId: string;
let witness: Witness;

beforeAll(async () => {
  stage = await openWhatsappStage();
  ({ accountId, witness } = await stage.paired(me));
});
afterEach(() => stage.control.clearFaults());
afterAll(async () => {
  await stage.end();
  rmSync(folder, { recursive: true, force: true });
});

type CatchUp = SessionOrders['catchUp']['ask'];
const isFrom = (phone: string) => (fact: DriverFact) => fact.type === 'driver.received' && fact.message.from === phone;
type Letter = Omit<Parameters<WhatsappStage['control']['sendIn']>[0], 'from' | 'to'>;
const heard = async (letter: Letter, from = bob): Promise<ReceivedMessage> => {
  const { id } = await stage.control.sendIn({ from, to: me, ...letter });
  return told(id);
};
/** The message with this last part of its id, when it is told. */
const told = async (id: string): Promise<ReceivedMessage> => {
  const isIt = (fact: DriverFact): boolean =>
    fact.type === 'driver.received' && fact.message.providerMessageId.split('_')[2] === id;
  await expect.poll(() => witness.facts.some(isIt), { timeout: WAIT_MS }).toBe(true);
  return (witness.facts.find(isIt) as Extract<DriverFact, { type: 'driver.received' }>).message;
};
const leave = async (): Promise<void> => {
  valueOf(await witness.session.ask('close', {}));
  await witness.ended();
};
const comeBack = async (): Promise<void> => {
  ({ witness } = stage.open(accountId, 'saved'));
  await witness.saw('driver.ready');
};

describe('what comes in', () => {
  const file = Buffer.from('some bytes').toString('base64');

  it.each([
    ['image', 'image/jpeg', 'image'],
    ['video', 'video/mp4', 'video'],
    ['audio', 'audio/mpeg', 'audio'],
    ['ptt', 'audio/ogg; codecs=opus', 'voice'],
    ['sticker', 'image/webp', 'sticker'],
    ['document', 'application/pdf', 'document'],
  ] as const)('is a file: %s', async (type, mimetype, kind) => {
    const media = { type, mimetype, base64: file, seconds: 3, ...(type === 'document' ? { filename: 'a.pdf' } : {}) };
    const captioned = type === 'image' || type === 'video' || type === 'document';
    expect(await heard({ media, text: captioned ? 'look' : '' })).toMatchObject({
      kind,
      text: captioned ? 'look' : null,
      media: { mimeType: mimetype, bytes: 10, seconds: 3, filename: type === 'document' ? 'a.pdf' : null },
    });
  });

  it('is a place, cards, a poll', async () => {
    const location = { latitude: 50.45, longitude: 30.52, name: 'Office', address: 'Main 1' };
    expect(await heard({ location })).toMatchObject({ kind: 'location', location });
    const contacts = [{ name: 'Ann', phones: ['491700000009'] }];
    const told = { kind: 'contact', text: null, contacts: [{ name: 'Ann', phones: ['+491700000009'] }] };
    expect(await heard({ contacts })).toMatchObject(told);
    expect((await heard({ contacts: [...contacts, ...contacts] })).contacts).toHaveLength(2);
    const poll = { question: 'When?', options: ['now', 'later'], multiple: true };
    expect(await heard({ poll })).toMatchObject({ kind: 'poll', text: 'When?', poll });
  });

  it('mentions people, and names what it answers, also in a group', async () => {
    expect(await heard({ text: 'hi @491700000003', mentions: [carol] })).toMatchObject({ mentions: [carol] });
    const { id } = await stage.control.createGroup({ by: bob, subject: 'Team', members: [me, carol] });
    const first = await told((await stage.control.sendIn({ from: bob, to: id, text: 'first' })).id);
    expect(first).toMatchObject({ chatId: id, from: bob });
    const quoted = first.providerMessageId;
    const second = await stage.control.sendIn({ from: carol, to: id, text: 'second', quoted });
    expect(await told(second.id)).toMatchObject({ from: carol, quoted });
  });

  it('is kept when there is no kind for it, and is nothing when it is a notice', async () => {
    await stage.control.sendIn({ from: bob, to: me, other: 'e2e_notification' });
    expect(await heard({ other: 'payment' })).toMatchObject({ kind: 'other', text: null, media: null });
  });

  it('tells what happens in a group, once each, with who did it to whom', async () => {
    const { control } = stage;
    const { id } = await control.createGroup({ by: bob, subject: 'Team', members: [me] });
    const people = [carol];
    await control.changeGroup(id, { change: 'add', by: bob, people });
    await control.changeGroup(id, { change: 'promote', by: bob, people });
    await control.changeGroup(id, { change: 'demote', by: bob, people });
    await control.changeGroup(id, { change: 'subject', by: bob, text: 'Crew' });
    await control.changeGroup(id, { change: 'description', by: bob, text: 'For work' });
    await control.changeGroup(id, { change: 'remove', by: bob, people });
    await control.changeGroup(id, { change: 'leave', by: bob });
    const changes = () =>
      witness.facts.flatMap((fact) => (fact.type === 'driver.group' && fact.change.chatId === id ? [fact.change] : []));
    await expect.poll(() => changes().length, { timeout: WAIT_MS }).toBe(8);
    const all = changes();
    expect(all.map(({ change }) => change)).toEqual([
      ...['other', 'added', 'promoted', 'demoted', 'renamed', 'described', 'removed', 'left'],
    ]);
    expect(all[1]).toMatchObject({ by: bob, people: [carol], text: null });
    expect(all.slice(4, 6).map(({ text }) => text)).toEqual(['Crew', 'For work']);
    expect(new Set(all.map(({ providerMessageId }) => providerMessageId)).size).toBe(8);
  });

  it('tells what others do to our own message under the id by which it was sent', async () => {
    const ask = { messageId: randomUUID(), to: bob };
    const { providerMessageId } = valueOf(await witness.session.ask('prepare', ask));
    const content = { kind: 'text', text: 'ours', mentions: [], linkPreview: false } as const;
    valueOf(await witness.session.ask('send', { providerMessageId, to: bob, content, quoted: null }));
    await witness.saw('driver.acknowledged');
    await stage.control.react(providerMessageId, { by: bob, emoji: '❤️' });
    expect(await witness.saw('driver.reacted')).toMatchObject({ providerMessageId, from: bob, emoji: '❤️' });
    const answer = await heard({ text: 'an answer', quoted: providerMessageId });
    expect(answer.quoted).toBe(providerMessageId);
  });

  it('tells a changed caption, and no change when only the small copy of a file comes later', async () => {
    const media = { type: 'image', mimetype: 'image/jpeg', base64: file } as const;
    const { providerMessageId } = await heard({ media, text: 'befor' });
    await stage.control.edit(providerMessageId, { text: 'before' });
    expect(await witness.saw('driver.edited')).toMatchObject({ providerMessageId, text: 'before' });
  });
});

describe('the file of a message', () => {
  const receive = async (media: Letter['media']): Promise<{ providerMessageId: string; path: string }> => {
    const { providerMessageId } = await heard({ media });
    return { providerMessageId, path: join(folder, randomUUID()) };
  };
  const zip = { type: 'document', mimetype: 'application/zip', filename: 'a.zip' } as const;
  const bytesMax = 64 * 1_048_576;

  it('comes whole in pieces, in place of one that is there', async () => {
    const bytes = randomBytes(5_000_001);
    const { providerMessageId, path } = await receive({ ...zip, base64: bytes.toString('base64') });
    for (let times = 1; times <= 2; times += 1)
      expect(valueOf(await witness.session.ask('fetchMedia', { providerMessageId, path, bytesMax }))).toEqual({
        bytes: bytes.length,
        mimeType: 'application/zip',
        filename: 'a.zip',
      });
    expect(fileHashOf(readFileSync(path))).toBe(fileHashOf(bytes));
  });

  it('that is empty is an empty file', async () => {
    const { providerMessageId, path } = await receive({ ...zip, bytes: 0 });
    expect(await witness.session.ask('fetchMedia', { providerMessageId, path, bytesMax })).toMatchObject({ ok: true });
    expect(readFileSync(path)).toHaveLength(0);
  });

  it('that is too large is not even begun', async () => {
    const { providerMessageId, path } = await receive({ ...zip, bytes: 2_000 });
    const answer = await witness.session.ask('fetchMedia', { providerMessageId, path, bytesMax: 1_999 });
    expect(answer).toMatchObject({
      ok: false,
      why: 'rejected',
      detail: expect.stringContaining('2000 bytes') as string,
    });
    expect(await stage.control.journal({ kind: 'media.downloaded' })).not.toContainEqual(
      expect.objectContaining({ bytes: 2_000 }),
    );
  });

  it.each([
    ['gone', 'rejected'],
    ['broken', 'unanswered'],
  ] as const)('that is %s on the server is %s, and nothing is left on disk', async (how, why) => {
    const { providerMessageId, path } = await receive({ ...zip, bytes: 700_000 });
    await stage.control.setFault({ name: 'download_fails', how, number: me });
    const answer = await witness.session.ask('fetchMedia', { providerMessageId, path, bytesMax });
    expect(answer).toMatchObject({ ok: false, why });
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('is none of a text, and of a message that nobody knows', async () => {
    const { providerMessageId } = await heard({ text: 'no file' });
    for (const id of [providerMessageId, `false_${chatOf(bob)}_3EB0FFFF`]) {
      const ask = { providerMessageId: id, path: join(folder, 'none'), bytesMax };
      expect(await witness.session.ask('fetchMedia', ask)).toMatchObject({ ok: false, why: 'rejected' });
    }
  });
});

describe('what came while the account was away', () => {
  it('is told by a catch-up from where each chat stood, page by page, with what was done to it', async () => {
    const before = await heard({ text: 'known' });
    await heard({ text: 'known' }, carol);
    await leave();
    const { control } = stage;
    const many = CATCH_UP_MESSAGES_MAX + 20;
    for (let count = 0; count < many; count += 1) await control.sendIn({ from: bob, to: me, text: `bob ${count}` });
    const { id: edited } = await control.sendIn({ from: carol, to: me, text: 'misspelt' });
    await control.edit(edited, { text: 'spelt' });
    const { id: gone } = await control.sendIn({ from: carol, to: me, text: 'regretted' });
    await control.revoke(gone);
    await control.react(before.providerMessageId, { by: bob, emoji: '🙏' });
    await comeBack();
    // The provider's clock has seconds only: what came in the last second known is told again.
    let from: CatchUp = { chats: [], otherwiseAfterMs: before.sentAt - 1_000 };
    for (let rounds = 0; rounds < 5 && from.otherwiseAfterMs !== 0; rounds += 1) {
      const { more } = valueOf(await witness.session.ask('catchUp', from));
      from = { chats: more, otherwiseAfterMs: more.length > 0 ? null : 0 };
    }
    const texts = () =>
      new Set(witness.facts.flatMap((fact) => (fact.type === 'driver.received' ? [fact.message.text] : [])));
    // Some of it the page is still being told; that comes as news.
    const fromBob = () => [...texts()].filter((words) => words?.startsWith('bob ')).length;
    await expect.poll(fromBob, { timeout: WAIT_MS }).toBe(many);
    expect([...texts()]).toEqual(expect.arrayContaining(['known', 'spelt']));
    expect([...texts()]).not.toContain('regretted');
    expect(witness.facts.map(({ type }) => type)).toEqual(expect.arrayContaining(['driver.edited', 'driver.revoked']));
    const { providerMessageId } = before;
    expect(witness.facts).toContainEqual(
      expect.objectContaining({ type: 'driver.reacted', providerMessageId, from: bob, emoji: '🙏' }),
    );
  });

  it('is told of all other chats when one can not be loaded', async () => {
    const [fay, gus] = ['+491700000007', '+491700000008'];
    const from = { chats: [], otherwiseAfterMs: Date.now() - 60_000 };
    await leave();
    for (const [phone, text] of [
      [gus, 'to be told'],
      [fay, 'one'],
      [fay, 'two'],
    ] as const)
      await stage.control.sendIn({ from: phone, to: me, text });
    await stage.control.setFault({ name: 'history_silent', number: me, chat: fay.slice(1) });
    await comeBack();
    const before = witness.facts.length;
    const { more } = valueOf(await witness.session.ask('catchUp', from));
    expect(more.map(({ chatId }) => chatId)).not.toContain(chatOf(fay));
    expect(witness.facts.slice(before).some(isFrom(gus))).toBe(true);
  });

  it('is told of the chats that are named alone, from their own moments, and goes on where a page ended', async () => {
    const [dan, eve] = ['+491700000005', '+491700000006'];
    for (const [minutes, words] of [
      [60, 'old'],
      [50, 'older than the other'],
      [1, 'new'],
    ] as const)
      for (const from of [dan, eve]) await stage.control.sendIn({ from, to: me, text: words, ageS: minutes * 60 });
    await expect.poll(() => witness.facts.filter(isFrom(eve)).length, { timeout: WAIT_MS }).toBe(3);
    const known = witness.facts.length;
    const chats = [{ chatId: chatOf(eve), afterMs: Date.now() - 55 * 60_000 }];
    expect(valueOf(await witness.session.ask('catchUp', { chats, otherwiseAfterMs: null }))).toEqual({
      told: 2,
      more: [],
    });
    const again = witness.facts.slice(known).flatMap((fact) => (fact.type === 'driver.received' ? [fact.message] : []));
    expect(again.map(({ from, text }) => ({ from, text }))).toEqual([
      { from: eve, text: 'older than the other' },
      { from: eve, text: 'new' },
    ]);
    const none = await witness.session.ask('catchUp', { chats: [], otherwiseAfterMs: null });
    expect(none).toEqual({ ok: true, value: { told: 0, more: [] } });
  });
});

describe('lists', () => {
  it('show chats the newest first, groups apart, with names, marks and unread messages', async () => {
    const { control } = stage;
    await control.saveContact(me, carol, 'Carol C.');
    await control.markChat(me, carol, { archived: true, pinned: true, mutedUntil: -1 });
    await heard({ text: 'the newest' }, carol);
    const { items, total } = valueOf(await witness.session.ask('listChats', { kind: 'person', offset: 0, limit: 1 }));
    expect(items).toEqual([
      expect.objectContaining({ id: chatOf(carol), kind: 'person', name: 'Carol C.', phone: carol, archived: true }),
    ]);
    expect(items[0]).toMatchObject({ muted: true, pinned: true });
    expect(items[0]!.unread).toBeGreaterThan(0);
    expect(total).toBe(6);
    const groups = valueOf(await witness.session.ask('listChats', { kind: 'group', offset: 0, limit: 50 }));
    expect(groups.items.every(({ kind, phone }) => kind === 'group' && phone === null)).toBe(true);
    expect(groups.items.map(({ name }) => name)).toContain('Crew');
  });

  it('show the last lines of a chat, ours and theirs', async () => {
    const { items } = valueOf(await witness.session.ask('listHistory', { chatId: bob, limit: 60 }));
    expect(items).toHaveLength(60);
    expect(items.map(({ sentAt }) => sentAt)).toEqual(items.map(({ sentAt }) => sentAt).toSorted());
    expect(items.every(({ from, fromMe }) => from === (fromMe ? me : bob))).toBe(true);
  });

  it('show contacts by their names, and one by its phone', async () => {
    const { items, total } = valueOf(await witness.session.ask('listContacts', { offset: 0, limit: 1 }));
    expect(items).toMatchObject([{ id: chatOf(carol), phone: carol, name: 'Carol C.', saved: true, blocked: false }]);
    expect(total).toBeGreaterThan(1);
    await stage.control.setPhone('491700000077', { registered: false });
    expect(await witness.session.ask('showContact', { contactId: '+491700000077' })).toMatchObject({
      why: 'bad_recipient',
    });
  });

  it('show a group with roles', async () => {
    const members = [me, carol];
    const { id } = await stage.control.createGroup({ by: bob, subject: 'Board', members, description: 'Us' });
    await witness.saw('driver.group');
    const group = valueOf(await witness.session.ask('showGroup', { chatId: id }));
    expect(group).toMatchObject({ name: 'Board', description: 'Us', owner: bob, memberCount: 3 });
    expect(new Map(group.members.map(({ phone, role }) => [phone, role]))).toEqual(
      new Map([
        [bob, 'owner'],
        [me, 'member'],
        [carol, 'member'],
      ]),
    );
  });
});
