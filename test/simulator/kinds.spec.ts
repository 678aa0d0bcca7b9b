import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import wwebjs, { type Message } from 'whatsapp-web.js';
import { saw, type LibraryClient } from './library-client.js';
import { openStage, type Stage } from './stage.js';

const alice = '491700000001';
const bob = '491700000002';
const chat = `${bob}@c.us`;
const { Location, MessageMedia, Poll } = wwebjs;
const sha256 = (base64: string): string => createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex');

let stage: Stage;
let one: LibraryClient;

beforeAll(async () => {
  stage = await openStage();
  one = await stage.paired('kinds', alice);
});
beforeEach(() => stage.control.clearFaults());
afterAll(async () => {
  const [page] = await stage.control.pages();
  expect(page!.gaps).toEqual([]);
  await stage.end();
});

/** The newest message that the server has taken. */
const taken = async () => (await stage.control.journal({ kind: 'message.accepted' })).at(-1);
const sent = (content: Parameters<LibraryClient['sendMessage']>[1], options = {}): Promise<Message> =>
  one.sendMessage(chat, content, { waitUntilMsgSent: true, ...options });
/** The next message from Bob, as the library tells it. */
const heard = async (order: Omit<Parameters<Stage['control']['sendIn']>[0], 'from' | 'to'>): Promise<Message> => {
  const came = saw<[Message]>(one, 'message');
  await stage.control.sendIn({ from: bob, to: alice, ...order });
  return (await came)[0];
};
const picture = Buffer.from('a picture, more or less').toString('base64');

describe('what the library sends', () => {
  it.each([
    ['image', 'image/png', {}],
    ['video', 'video/mp4', {}],
    ['audio', 'audio/mpeg', {}],
    ['ptt', 'audio/ogg; codecs=opus', { sendAudioAsVoice: true }],
    ['document', 'application/pdf', {}],
    ['document', 'image/png', { sendMediaAsDocument: true }],
    ['sticker', 'image/webp', { sendMediaAsSticker: true }],
  ])('a file as %s (%s) is uploaded, and the server has its bytes', async (type, mimetype, options) => {
    const data = Buffer.from(`bytes of ${type} ${mimetype}`).toString('base64');
    const message = await sent(new MessageMedia(mimetype, data, 'a file.bin'), { caption: 'look', ...options });
    expect(message).toMatchObject({ type, hasMedia: true, fromMe: true });
    expect(message.ack).toBeGreaterThan(0);
    const entry = await taken();
    expect(entry).toMatchObject({ messageId: message.id.id, to: bob, sha256: sha256(data), content: { type } });
    expect(entry!.bytes).toBe(Buffer.from(data, 'base64').length);
    expect(entry!.text).toBe('look');
    if (type === 'document') expect(entry!.content).toMatchObject({ media: { filename: 'a file.bin', mimetype } });
    expect((await message.downloadMedia()).data).toBe(data);
  });

  it('a place, a card, several cards, and a poll', async () => {
    const place = await sent(new Location(52.5, 13.4, { name: 'The gate', address: 'Square 1' }));
    expect(place.location).toMatchObject({ latitude: 52.5, longitude: 13.4, name: 'The gate', address: 'Square 1' });
    expect((await taken())!.content).toMatchObject({ location: { latitude: 52.5, longitude: 13.4 } });
    const card = 'BEGIN:VCARD\nVERSION:3.0\nFN:Carol\nTEL;waid=491700000003:+491700000003\nEND:VCARD';
    expect(await sent(card)).toMatchObject({ type: 'vcard', vCards: [card] });
    expect((await taken())!.content).toMatchObject({ cards: [{ name: 'Carol', vcard: card }] });
    const cards = [await one.getContactById(chat), await one.getContactById('491700000003@c.us')];
    expect(await sent(cards)).toMatchObject({ type: 'multi_vcard' });
    expect((await taken())!.content).toMatchObject({ cards: [{ name: 'Phone 491700000002' }, {}] });
    const poll = await sent(new Poll('Where?', ['here', 'there'], { allowMultipleAnswers: true } as never));
    expect(poll).toMatchObject({ type: 'poll_creation', pollName: 'Where?' });
    expect((await taken())!.content).toMatchObject({
      poll: { question: 'Where?', options: ['here', 'there'], multiple: true },
    });
  });

  it('an answer that quotes and mentions, and the card of a link', async () => {
    const question = await heard({ text: 'who comes?' });
    const answer = await question.reply('me, and @491700000003', undefined, { mentions: ['491700000003@c.us'] });
    expect((await answer.getQuotedMessage()).id.id).toBe(question.id.id);
    await expect
      .poll(async () => (await taken())!.content)
      .toMatchObject({
        text: 'me, and @491700000003',
        quoted: { id: question.id.id, from: chat, text: 'who comes?' },
        mentions: ['491700000003@c.us'],
      });
    await sent('see https://example.org/x');
    expect((await taken())!.content).toMatchObject({ link: { url: 'https://example.org/x' } });
    await stage.control.setFault({ name: 'preview_fails' });
    await sent('see https://example.org/y');
    expect((await taken())!.content).not.toHaveProperty('link');
  });

  it.each(['refused', 'broken'] as const)('nothing is sent when the upload is %s', async (how) => {
    await stage.control.setFault({ name: 'upload_fails', how });
    const before = await taken();
    await expect(sent(new MessageMedia('image/png', picture))).rejects.toThrow();
    expect(await taken()).toEqual(before);
  });

  it('a slow upload takes its time', async () => {
    await stage.control.setFault({ name: 'slow', stage: 'upload', ms: 700 });
    const startedMs = performance.now();
    await sent(new MessageMedia('image/png', picture));
    expect(performance.now() - startedMs).toBeGreaterThan(700);
  });
});

describe('what phones send', () => {
  it.each(['image', 'video', 'audio', 'ptt', 'document', 'sticker'] as const)(
    'a file as %s is fetched',
    async (type) => {
      const data = Buffer.from(`a ${type} from a phone`).toString('base64');
      const media = { type, mimetype: 'application/x-test', filename: 'name.x', seconds: 7, base64: data };
      const message = await heard({ text: 'caption', media });
      expect(message).toMatchObject({ type, body: 'caption', hasMedia: true, duration: '7' });
      expect(await message.downloadMedia()).toMatchObject({ mimetype: media.mimetype, filename: 'name.x', data });
    },
  );

  it('a large file that is made up, and one that is gone or broken', async () => {
    const large = await heard({ media: { type: 'document', mimetype: 'x/y', bytes: 5_000_000 } });
    expect(Buffer.from((await large.downloadMedia()).data, 'base64')).toHaveLength(5_000_000);
    await stage.control.setFault({ name: 'download_fails' });
    const gone = await heard({ media: { type: 'image', mimetype: 'image/png', base64: picture } });
    expect(await gone.downloadMedia()).toBeUndefined();
    await stage.control.clearFaults();
    expect((await gone.downloadMedia()).data).toBe(picture);
    await stage.control.setFault({ name: 'download_fails', how: 'broken' });
    const broken = await heard({ media: { type: 'image', mimetype: 'image/png', base64: picture } });
    expect(await broken.downloadMedia()).toBeUndefined();
  });

  it('a place, cards, a poll, an answer with a mention, and what nobody knows', async () => {
    const place = await heard({ location: { latitude: 1.5, longitude: -2.5, name: 'Here', address: 'Street 1' } });
    expect(place.location).toMatchObject({ latitude: 1.5, longitude: -2.5, name: 'Here', address: 'Street 1' });
    const card = await heard({ contacts: [{ name: 'Carol', phones: ['491700000003'] }] });
    expect(card.vCards[0]).toContain('waid=491700000003:+491700000003');
    const [first, second] = ['Carol', 'Dave'].map((name) => ({ name, phones: ['491700000003'] }));
    expect((await heard({ contacts: [first!, second!] })).vCards).toHaveLength(2);
    const poll = await heard({ poll: { question: 'When?', options: ['now', 'later'] } });
    expect(poll).toMatchObject({ pollName: 'When?', allowMultipleAnswers: false });
    const question = await sent('who?');
    const answer = await heard({ text: 'I', quoted: question.id._serialized, mentions: [alice] });
    expect(answer).toMatchObject({ hasQuotedMsg: true });
    expect((await answer.getQuotedMessage()).id._serialized).toBe(question.id._serialized);
    expect((await answer.getMentions())[0]!.number).toBe(alice);
    expect(await heard({ other: 'order', text: 'three of those' })).toMatchObject({ type: 'order' });
  });

  it('a copy of what the owner wrote on the phone', async () => {
    const created = saw<[Message]>(one, 'message_create');
    await stage.control.sendIn({ from: alice, to: bob, text: 'from my phone' });
    expect((await created)[0]).toMatchObject({ fromMe: true, body: 'from my phone', to: chat });
  });
});
