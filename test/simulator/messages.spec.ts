import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Message } from 'whatsapp-web.js';
import { saw, type LibraryClient } from './library-client.js';
import { openStage, type Stage } from './stage.js';

const alice = '491700000001';
const bob = '491700000002';
const stranger = '491700000009';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.end());

const chatOf = (number: string): string => `${number}@c.us`;

/** The acknowledgement `ack` of the message `id`. */
async function acknowledged(one: LibraryClient, id: string, ack: number): Promise<void> {
  await saw<[Message, number]>(one, 'message_ack', (message, got) => message.id._serialized === id && got === ack);
}

/** What a sender does that must never send twice: it makes an id first, then sends under this id. Written as the page runs it. */
const newMessageId = async (one: LibraryClient, chatId: string): Promise<string> =>
  (await one.pupPage!.evaluate(`(async () => {
    const { createWid } = window.require('WAWebWidFactory');
    const { getMaybeMePnUser } = window.require('WAWebUserPrefsMeUser');
    const MsgKey = window.require('WAWebMsgKey');
    const to = createWid(${JSON.stringify(chatId)});
    return new MsgKey({ from: getMaybeMePnUser(), to, id: await MsgKey.newId(), selfDir: 'out' })._serialized;
  })()`)) as string;

const sendUnder = async (one: LibraryClient, messageId: string, chatId: string, text: string): Promise<void> => {
  await one.pupPage!.evaluate(`(async () => {
    const chat = await window.WWebJS.getChat(${JSON.stringify(chatId)}, { getAsModel: false });
    const id = window.require('WAWebMsgKey').fromString(${JSON.stringify(messageId)});
    await window.WWebJS.sendMessage(chat, ${JSON.stringify(text)}, { extraOptions: { id } });
  })()`);
};

describe('messages through the stand-in', () => {
  it('go out to a phone, are acknowledged, and are in the journal once', async () => {
    const one = await stage.paired('out', alice);
    const created = saw<[Message]>(one, 'message_create');
    const delivered = saw<[Message, number]>(one, 'message_ack', (_, ack) => ack === 2);
    const sent = await one.sendMessage(chatOf(stranger), 'hello', { waitUntilMsgSent: true });
    expect(sent.ack).toBeGreaterThan(0); // the phone may have it already
    await delivered;
    const read = acknowledged(one, sent.id._serialized, 3);
    await stage.control.moveAck(sent.id._serialized, 3);
    await read;
    expect((await created)[0]).toMatchObject({ body: 'hello', fromMe: true, to: chatOf(stranger) });
    expect(await stage.control.journal({ kind: 'message.accepted' })).toMatchObject([
      { number: alice, messageId: sent.id.id, to: stranger, text: 'hello' },
    ]);
    expect((await stage.control.phone(stranger)).inbox).toMatchObject([{ from: alice, text: 'hello', id: sent.id.id }]);
  });

  it('come in from a phone, and can be answered', async () => {
    const one = await stage.paired('in', alice);
    const came = saw<[Message]>(one, 'message');
    await stage.control.sendIn({ from: stranger, to: alice, text: 'are you there? https://example.org/x' });
    const [message] = await came;
    expect(message).toMatchObject({ from: chatOf(stranger), to: chatOf(alice), fromMe: false, type: 'chat' });
    expect(message.links).toMatchObject([{ link: 'https://example.org/x' }]);
    await message.reply('I am');
    const chat = await message.getChat();
    expect((await chat.fetchMessages({ limit: 10 })).map(({ body }) => body)).toEqual([message.body, 'I am']);
    expect((await message.getContact()).number).toBe(stranger);
  });

  it('go from one linked device to another: delivered, and read when the other answers', async () => {
    const [from, to] = await Promise.all([stage.paired('from', alice), stage.paired('to', bob)]);
    const came = saw<[Message]>(to, 'message');
    const delivered = saw<[Message, number]>(from, 'message_ack', (_, ack) => ack === 2);
    const read = saw<[Message, number]>(from, 'message_ack', (_, ack) => ack === 3);
    await from.sendMessage(chatOf(bob), 'ping');
    expect((await came)[0].body).toBe('ping');
    await delivered;
    await to.sendMessage(chatOf(alice), 'pong');
    await read;
  });

  it('are sent under an id that was chosen before, and found by it after the browser was killed', async () => {
    const one = await stage.paired('preassigned', alice);
    await stage.close(one);
    const two = await stage.restored('preassigned');
    const [id, neverSent] = [await newMessageId(two, chatOf(stranger)), await newMessageId(two, chatOf(stranger))];
    const confirmed = acknowledged(two, id, 1);
    await sendUnder(two, id, chatOf(stranger), 'once');
    await confirmed;
    await stage.kill(two);

    const three = await stage.restored('preassigned');
    expect(await three.getMessageById(id)).toMatchObject({ body: 'once', fromMe: true, to: chatOf(stranger), ack: 2 });
    expect(await three.getMessageById(neverSent)).toBeNull();
    await sendUnder(three, neverSent, chatOf(stranger), 'twice');
    await sendUnder(three, neverSent, chatOf(stranger), 'twice');
    const accepted = (): Promise<unknown[]> =>
      stage.control.journal({ kind: 'message.accepted' }).then((all) => all.map(({ messageId }) => messageId));
    await expect.poll(accepted).toEqual([id, neverSent, neverSent].map((key) => key.split('_')[2]));
  });

  it('that came while the browser was closed are in their chat', async () => {
    const one = await stage.paired('away', alice);
    await stage.close(one);
    await stage.control.sendIn({ from: stranger, to: alice, text: 'while you were away' });
    const two = await stage.restored('away');
    const chat = await two.getChatById(chatOf(stranger));
    expect(chat.unreadCount).toBe(1);
    expect((await chat.fetchMessages({ limit: 5 })).map(({ body }) => body)).toEqual(['while you were away']);
  });

  it('that were on the line when the browser died are handed over again', async () => {
    await stage.close(await stage.paired('lost', alice)); // its login is on disk then
    const one = await stage.restored('lost');
    await stage.control.setFault({ name: 'network_cut', mode: 'silent', number: alice });
    await stage.control.sendIn({ from: stranger, to: alice, text: 'on its way' });
    await stage.kill(one);
    await stage.control.clearFaults();
    const chat = await (await stage.restored('lost')).getChatById(chatOf(stranger));
    expect(chat).toMatchObject({ unreadCount: 1, lastMessage: { body: 'on its way' } });
    expect(await stage.control.journal({ kind: 'message.delivered' })).toHaveLength(1);
  });

  it('need a number that has WhatsApp', async () => {
    const one = await stage.paired('unregistered', alice);
    await stage.control.setPhone(stranger, { registered: false });
    expect(await one.isRegisteredUser(stranger)).toBe(false);
    expect(await one.getNumberId(bob)).toMatchObject({ _serialized: chatOf(bob) });
    await expect(one.sendMessage(chatOf(stranger), 'hello')).rejects.toThrow('No LID for user');
    await expect(one.sendMessage('not a chat', 'hello')).rejects.toThrow('invalid wid');
    expect(await stage.control.journal({ kind: 'message.accepted' })).toEqual([]);
  });
});
