import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatorControl } from '#apps/simulator/control/control-client';
import type { JournalEntry } from '#apps/simulator/journal';
import type { MusterClient } from '#libs/client/client';
import { CAPABILITIES } from '#libs/contracts/capabilities';
import { readEvent, type TypedEvent } from '#libs/contracts/event-data';
import type { LoggedEventName } from '#libs/contracts/event-log';
import type { MessageView, SendMessage } from '#libs/contracts/message';
import { PIXEL } from '#libs/drivers/contract/pixel.contract';
import { fileHashOf, seenIn } from '#test/drivers/whatsapp-people';
import { POLL, setStage, WAIT, type WhatsappStage } from '#test/support/whatsapp-stage';

const alice = '+491700000001';
const bob = '+491700000002';
const carol = '+491700000003';
const nobody = '+491700000088';
const chatOf = (phone: string): string => `${phone.slice(1)}@c.us`;
const noise = randomBytes(200_000);

let stage: WhatsappStage;
let client: MusterClient;
let control: SimulatorControl;
let id: string;
let site: Server;

beforeAll(async () => {
  site = createServer((_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(PIXEL));
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  stage = await setStage({ ALLOW_PRIVATE_TARGETS: 'true' });
  ({ client, control } = stage);
  id = await stage.create('alice');
  await stage.pair(id, alice);
});
afterAll(async () => {
  site.close();
  await stage[Symbol.asyncDispose]();
});

const keyOf = ({ providerMessageId }: MessageView): string => providerMessageId!.split('_')[2]!;
/** What the servers saw of a message. */
const seen = async (kind: JournalEntry['kind'], message: MessageView) =>
  (await control.journal({ kind })).filter(({ messageId }) => messageId === keyOf(message));
/** Sends it, and answers it with what reached the servers, once. */
async function sent(message: SendMessage) {
  const accepted = await client.messages.send(id, message);
  const view = await client.messages.untilStatus(accepted.id, ['sent', 'delivered'], WAIT);
  const entries = await seen('message.accepted', view);
  expect(entries).toHaveLength(1);
  return { view, content: entries[0]!.content };
}
/** Bob's phone, or another, writes; answers the message as it is stored. */
async function heard(letter: Omit<Parameters<SimulatorControl['sendIn']>[0], 'to'>, to = alice) {
  const { id: key } = await control.sendIn({ ...letter, to });
  const find = async () =>
    (await client.messages.list(id, { direction: 'in' })).items.find((message) => keyOf(message) === key);
  await expect.poll(find, POLL).toBeDefined();
  return (await find())!;
}
/** Each must be what the contract says of it, or `readEvent` throws. */
const logged = async (events?: LoggedEventName): Promise<readonly TypedEvent[]> => {
  const told: TypedEvent[] = [];
  for await (const event of client.events.all({ accountId: id, events })) told.push(readEvent(event)!);
  return told;
};
/** The message once it is so. */
async function until(message: MessageView, fits: object): Promise<MessageView> {
  await expect.poll(() => client.messages.get(message.id), POLL).toMatchObject(fits);
  return client.messages.get(message.id);
}
const time = expect.any(String) as string;

it('WhatsApp can do all that there is a word for', async () => {
  expect(await client.accounts.capabilities(id)).toEqual({ provider: 'whatsapp', can: CAPABILITIES, cannot: [] });
});

describe('a file is sent', () => {
  it('as an image with its caption, out of the call itself', async () => {
    const media = { base64: Buffer.from(PIXEL).toString('base64'), mimeType: 'image/png' };
    const { content, view } = await sent({ kind: 'image', to: bob, media, text: 'look' });
    expect(content).toMatchObject({ type: 'image', text: 'look', media: { filehash: fileHashOf(PIXEL) } });
    expect(view).toMatchObject({ kind: 'image', text: 'look', media: { state: 'stored', bytes: PIXEL.length } });
  });

  it('that was uploaded: as a voice message, and again as a document with its name', async () => {
    const { id: file } = await client.media.upload(id, noise, {
      mimeType: 'audio/ogg; codecs=opus',
      filename: 'a.ogg',
    });
    const voice = await sent({ kind: 'voice', to: bob, media: { id: file } });
    expect(voice.content).toMatchObject({ type: 'ptt', media: { bytes: noise.length, filehash: fileHashOf(noise) } });
    const document = await sent({ kind: 'document', to: bob, media: { id: file, filename: 'b.ogg' }, text: 'figures' });
    expect(document.content).toMatchObject({ type: 'document', text: 'figures', media: { filename: 'b.ogg' } });
  });

  it('by its URL, as an image and as a sticker', async () => {
    const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/pixel.png`;
    expect((await sent({ kind: 'image', to: bob, media: { url } })).content).toMatchObject({
      type: 'image',
      media: { filehash: fileHashOf(PIXEL), mimetype: 'image/png' },
    });
    expect((await sent({ kind: 'sticker', to: bob, media: { url } })).content).toMatchObject({ type: 'sticker' });
  });
});

describe('a message without a file is sent', () => {
  it('as a place, a card, a poll', async () => {
    const location = { latitude: 50.45, longitude: 30.52, name: 'Office' };
    expect((await sent({ kind: 'location', to: bob, location })).content).toMatchObject({
      type: 'location',
      location: { latitude: 50.45, longitude: 30.52, place: 'Office' },
    });
    const contacts = [{ name: 'Ann', phones: [carol] }];
    expect((await sent({ kind: 'contact', to: bob, contacts })).content).toMatchObject({ cards: [{ name: 'Ann' }] });
    const poll = { question: 'When?', options: ['now', 'later'], multiple: true };
    expect((await sent({ kind: 'poll', to: bob, poll })).content).toMatchObject({ type: 'poll_creation', poll });
  });

  it('as an answer, and mentions people', async () => {
    const question = await heard({ from: bob, text: 'a question' });
    const answer = { to: bob, text: 'ask @491700000003', mentions: [carol], replyTo: question.id };
    const { content, view } = await sent(answer);
    expect(content).toMatchObject({ quoted: { text: 'a question' }, mentions: [chatOf(carol)] });
    expect(view).toMatchObject({ replyTo: question.id, mentions: [carol] });
    const back = await heard({ from: bob, text: 'I will', quoted: view.providerMessageId! });
    expect(back.replyTo).toBe(view.id);
  });
});

describe('what is done to a message', () => {
  it('by us reaches the other side, and shows on ours', async () => {
    const { messages } = client;
    const { view } = await sent({ to: bob, text: 'first draft' });
    const done = async (deed: Promise<MessageView>) => messages.untilStatus((await deed).id, 'sent', WAIT);
    await done(messages.react(view, '👍'));
    await done(messages.edit(view, 'final'));
    expect(await until(view, { text: 'final', editedAt: time })).toMatchObject({ reactions: [{ emoji: '👍' }] });
    expect(seenIn(await control.journal(), view.providerMessageId!)).toMatchObject({
      text: 'final',
      reactions: ['👍'],
    });
    await done(messages.revoke(view));
    await until(view, { text: null, revokedAt: time });
    expect(seenIn(await control.journal(), view.providerMessageId!)).toMatchObject({ revoked: true });
  });

  it('by them is told: a reaction, an edit, a deletion', async () => {
    const { view } = await sent({ to: bob, text: 'nice?' });
    await control.react(view.providerMessageId!, { by: bob, emoji: '❤️' });
    await until(view, { reactions: [{ from: bob, emoji: '❤️' }] });
    const theirs = await heard({ from: bob, text: 'misspelt' });
    await control.edit(theirs.providerMessageId!, { by: bob, text: 'spelt' });
    await until(theirs, { text: 'spelt', editedAt: time });
    await control.revoke(theirs.providerMessageId!, { by: bob });
    await until(theirs, { text: null, revokedAt: time });
    for (const name of ['message.reacted', 'message.edited', 'message.revoked'] as const)
      expect((await logged(name)).length).toBeGreaterThan(0);
  });
});

describe('a file that comes in', () => {
  it('is stored and downloaded, whole and in part; deleted by its sender, it is gone', async () => {
    const media = { type: 'image', mimetype: 'image/png', base64: noise.toString('base64') } as const;
    const came = await heard({ from: bob, text: 'see', media });
    expect(came).toMatchObject({ kind: 'image', text: 'see', media: { mimeType: 'image/png', bytes: noise.length } });
    const { media: stored } = await until(came, { media: { state: 'stored' } });
    expect(Buffer.from(await client.media.download(stored!.id!)).equals(noise)).toBe(true);
    const part = await client.media.stream(stored!.id!, { range: { first: 100, last: 199 } });
    expect(part).toMatchObject({ first: 100, last: 199, bytes: noise.length, mimeType: 'image/png' });
    expect(Buffer.from(await new Response(part.stream).arrayBuffer()).equals(noise.subarray(100, 200))).toBe(true);
    expect(await client.media.describe(stored!.id!)).toMatchObject({ origin: 'received', accountId: id });
    await control.revoke(came.providerMessageId!, { by: bob });
    await until(came, { media: null, revokedAt: time });
    await expect(client.media.describe(stored!.id!)).rejects.toMatchObject({ problem: { code: 'media_not_found' } });
  });
});

describe('chats, contacts and groups', () => {
  it('are shown as WhatsApp has them now', async () => {
    const { chats } = client;
    await control.saveContact(alice, bob, 'Bob B.');
    await heard({ from: bob, text: 'unread' });
    const chat = { id: chatOf(bob), kind: 'person', phone: bob, name: 'Bob B.' };
    await expect.poll(() => chats.show(id, bob), POLL).toMatchObject(chat);
    await expect.poll(async () => (await chats.show(id, bob)).unread, POLL).toBeGreaterThan(0);
    expect((await chats.list(id, { kind: 'person' })).items[0]).toMatchObject(chat);
    expect((await chats.history(id, bob, { limit: 2 })).at(-1)).toMatchObject({ text: 'unread', fromMe: false });
    expect(await client.contacts.show(id, bob)).toMatchObject({ phone: bob, name: 'Bob B.', saved: true });
    expect((await client.contacts.list(id)).items).toContainEqual(expect.objectContaining({ id: chatOf(bob) }));
  });

  it('are read, and show that somebody types', async () => {
    await client.chats.read(id, bob);
    await expect.poll(() => client.chats.show(id, bob), POLL).toMatchObject({ unread: 0 });
    await client.chats.typing(id, bob, 'recording');
    // The library does not wait until the servers have them.
    const number = alice.slice(1);
    await expect.poll(() => control.journal({ kind: 'chat.seen' }), POLL).toMatchObject([{ number }]);
    const typing = [{ number, detail: 'recording' }];
    await expect.poll(() => control.journal({ kind: 'chat.state' }), POLL).toMatchObject(typing);
  });

  it('say whether somebody can be written to; a message to nobody fails, and the next one goes', async () => {
    await control.setPhone(nobody, { registered: false });
    expect(await client.isRegistered(id, bob)).toEqual({ phone: bob, registered: true, chatId: chatOf(bob) });
    expect(await client.isRegistered(id, nobody)).toMatchObject({ registered: false, chatId: null });
    await expect(client.chats.show(id, nobody)).rejects.toMatchObject({ problem: { code: 'chat_not_found' } });
    const { id: lost } = await client.messages.send(id, { to: nobody, text: 'hello?' });
    const failed = await client.messages.untilStatus(lost, 'failed', WAIT);
    expect(failed.error).toMatchObject({ code: 'bad_recipient' });
    await sent({ to: bob, text: 'you, then' });
  });

  it('have members, tell what happens to them, and are written to', async () => {
    const { id: group } = await control.createGroup({ by: bob, subject: 'Team', members: [alice] });
    await control.changeGroup(group, { change: 'add', by: bob, people: [carol] });
    await expect
      .poll(async () => (await logged('group.changed')).map(({ data }) => data), POLL)
      .toContainEqual(
        expect.objectContaining({ change: expect.objectContaining({ chatId: group, change: 'added' }) as object }),
      );
    const shown = () => client.chats.group(id, group);
    await expect.poll(shown, POLL).toMatchObject({ id: group, name: 'Team', memberCount: 3 });
    expect((await shown()).members).toContainEqual({ id: chatOf(bob), phone: bob, role: 'owner' });
    const { view } = await sent({ to: group, text: 'all of you' });
    expect(view.chatId).toBe(group);
    expect(await heard({ from: carol, text: 'hi' }, group)).toMatchObject({ from: carol, chatId: group });
  });
});

it('what was written while the runtime was killed is there when it is back, once and in its order', async () => {
  await stage.runtime.kill();
  const texts = ['first', 'second', 'third'];
  for (const text of texts) await control.sendIn({ from: carol, to: alice, text });
  ({ client } = await stage.startAgain());
  await client.accounts.untilConnected(id, WAIT);
  const ofCarol = async () => {
    const { items } = await client.messages.list(id, { direction: 'in', chatId: chatOf(carol) });
    return items.map(({ text }) => text).reverse();
  };
  await expect.poll(ofCarol, POLL).toEqual(texts);
  const told = (await logged('message.received')).flatMap(({ data }) => ('message' in data ? [data.message] : []));
  expect(told.filter(({ chatId }) => chatId === chatOf(carol)).map(({ text }) => text)).toEqual(texts);
});
