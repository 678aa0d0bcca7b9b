import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type GroupChat, type GroupNotification, type Message } from 'whatsapp-web.js';
import { saw } from './library-client.js';
import { openStage, type Stage } from './stage.js';

const alice = '491700000001';
const bob = '491700000002';
const carol = '491700000003';
const chat = `${bob}@c.us`;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.end());

const idOf = (number: string): string => `${number}@c.us`;

describe('chats and contacts of the stand-in', () => {
  it('have names, marks, unread counts and their last message, after a restart too', async () => {
    await stage.control.saveContact(alice, bob, 'Bob of the shop');
    let one = await stage.paired('chats', alice);
    const came = saw<[Message]>(one, 'message');
    await stage.control.sendIn({ from: bob, to: alice, text: 'first' });
    await came;
    await stage.control.markChat(alice, bob, { archived: true, mutedUntil: -1 });
    const seen = async () =>
      (await one.getChats()).map(({ name, unreadCount, archived, isMuted, lastMessage }) => ({
        name,
        unreadCount,
        archived,
        isMuted,
        last: lastMessage?.body,
      }));
    const expected = { name: 'Bob of the shop', unreadCount: 1, archived: true, isMuted: true, last: 'first' };
    await expect.poll(seen).toEqual([expected]);
    await stage.close(one);
    await stage.control.sendIn({ from: bob, to: alice, text: 'second' });
    one = await stage.restored('chats');
    await expect.poll(seen).toEqual([{ ...expected, unreadCount: 2, last: 'second' }]);
    const contacts = await one.getContacts();
    expect(contacts.find(({ number }) => number === bob)).toMatchObject({ name: 'Bob of the shop', isMyContact: true });
    expect(await one.getContactById(idOf(carol))).toMatchObject({ pushname: `Phone ${carol}`, isMyContact: false });
    expect(await (await one.getChatById(chat)).sendSeen()).toBe(true);
    await expect.poll(() => stage.control.journal({ kind: 'chat.seen' })).toMatchObject([{ number: alice, to: bob }]);
    expect((await one.getChatById(chat)).unreadCount).toBe(0);
  });

  it('are loaded back to their beginning, a page at a time, on a fresh profile', async () => {
    const texts = Array.from({ length: 120 }, (_, at) => `line ${at}`);
    for (const [at, text] of texts.entries()) {
      await stage.control.sendIn({ from: bob, to: alice, text, ageS: 1_000 - at });
    }
    const one = await stage.paired('history', alice);
    const all = await (await one.getChatById(chat)).fetchMessages({ limit: 500 });
    expect(all.map(({ body }) => body)).toEqual(texts);
    const [newest] = await (await one.getChatById(chat)).fetchMessages({ limit: 1 });
    expect(newest!.body).toBe('line 119');
  });

  it('show that we write, speak, or stop', async () => {
    const one = await stage.paired('typing', alice);
    const there = await one.getChatById(chat);
    await there.sendStateTyping();
    await there.sendStateRecording();
    await there.clearState();
    await expect
      .poll(async () =>
        (await stage.control.journal({ kind: 'chat.state' })).map(({ to, detail }) => `${to} ${detail}`),
      )
      .toEqual([`${bob} typing`, `${bob} recording`, `${bob} paused`]);
  });

  it('are marked from the page', async () => {
    const one = await stage.paired('marks', alice);
    const there = await one.getChatById(chat);
    await there.archive();
    await there.pin();
    await there.mute();
    // The library does not wait until the servers have a mark.
    await expect.poll(() => stage.control.journal({ kind: 'chat.marked' })).toHaveLength(3);
    await expect.poll(() => one.getChatById(chat)).toMatchObject({ archived: true, pinned: true, isMuted: true });
  });
});

describe('groups of the stand-in', () => {
  it('are made, changed and told of, and have members with roles', async () => {
    const one = await stage.paired('groups', alice);
    const made = saw<[GroupNotification]>(one, 'group_update');
    const group = await stage.control.createGroup({ by: bob, subject: 'Friends', members: [alice] });
    expect((await made)[0]).toMatchObject({ chatId: group.id, author: idOf(bob) });
    const joined = saw<[GroupNotification]>(one, 'group_join');
    await stage.control.changeGroup(group.id, { change: 'add', by: bob, people: [carol] });
    expect((await joined)[0].recipientIds).toMatchObject([{ _serialized: idOf(carol) }]);
    const promoted = saw<[GroupNotification]>(one, 'group_admin_changed');
    await stage.control.changeGroup(group.id, { change: 'promote', by: bob, people: [carol] });
    await promoted;
    const renamed = saw<[GroupNotification]>(one, 'group_update');
    await stage.control.changeGroup(group.id, { change: 'subject', by: carol, text: 'Good friends' });
    expect((await renamed)[0]).toMatchObject({ type: 'subject', body: 'Good friends', author: idOf(carol) });
    const there = (await one.getChatById(group.id)) as GroupChat;
    expect(there).toMatchObject({ isGroup: true, name: 'Good friends', isReadOnly: false });
    expect(there.owner).toMatchObject({ _serialized: idOf(bob) });
    const roles = there.participants.map(({ id, isAdmin, isSuperAdmin }) => [id.user, isAdmin, isSuperAdmin]);
    expect(roles).toEqual([
      [bob, true, true],
      [alice, false, false],
      [carol, true, false],
    ]);
    const left = saw<[GroupNotification]>(one, 'group_leave');
    await stage.control.changeGroup(group.id, { change: 'leave', by: carol });
    expect((await left)[0].type).toBe('leave');
    await expect(
      stage.control.changeGroup(group.id, { change: 'add', by: alice, people: [carol] }),
    ).rejects.toMatchObject({
      code: 'not_an_admin',
    });
  });

  it('carry messages both ways, under the names of their writers', async () => {
    const one = await stage.paired('group-talk', alice);
    const { id } = await stage.control.createGroup({ by: bob, subject: 'Talk', members: [alice, carol] });
    const came = saw<[Message]>(one, 'message');
    await stage.control.sendIn({ from: carol, to: id, text: 'hello all' });
    const [message] = await came;
    expect(message).toMatchObject({ from: id, author: idOf(carol), to: idOf(alice), body: 'hello all' });
    const delivered = saw<[Message, number]>(one, 'message_ack', (_, ack) => ack === 2);
    const answer = await message.reply('hello Carol');
    expect(answer.id._serialized).toBe(`true_${id}_${answer.id.id}_${idOf(alice)}`);
    await delivered;
    expect((await stage.control.journal({ kind: 'message.accepted' })).at(-1)).toMatchObject({
      to: id,
      content: { quoted: { id: message.id.id, from: idOf(carol) } },
    });
    expect((await stage.control.phone(carol)).inbox.at(-1)).toMatchObject({ text: 'hello Carol', to: id });
    const edited = saw<[Message, string]>(one, 'message_edit');
    await stage.control.edit(message.id.id, { text: 'hello everybody' });
    expect((await edited)[1]).toBe('hello everybody');
    await answer.delete(true);
    await expect(one.getMessageById(answer.id._serialized)).resolves.toMatchObject({ type: 'revoked' });
  });

  it('that we were taken out of are read only; strangers’ are not found', async () => {
    const one = await stage.paired('outside', alice);
    const { id } = await stage.control.createGroup({ by: bob, subject: 'Theirs', members: [alice] });
    const out = saw<[GroupNotification]>(one, 'group_leave');
    await stage.control.changeGroup(id, { change: 'remove', by: bob, people: [alice] });
    expect((await out)[0].type).toBe('remove');
    expect((await one.sendMessage(id, 'still there?', { waitUntilMsgSent: true })).ack).toBe(-1);
    const { id: foreign } = await stage.control.createGroup({ by: bob, subject: 'Foreign', members: [carol] });
    await expect(one.getChatById(foreign)).rejects.toThrow('item-not-found');
  });
});
