import { describe, expect, it } from 'vitest';
import { pageMessageOf } from '../page/page-models.js';
import { type KnownAddresses, receivedOf } from './received-message.js';

const bob = '380501112233@c.us';
const me = '380440000001@c.us';
const known: KnownAddresses = {
  nameOf: (id) => (id === '770@lid' ? bob : id),
  isOwn: (id) => id === me,
  idOf: (id) => id,
};
/** As the page's model comes over: addresses as objects, and much that nobody asked for. */
const text = {
  id: { _serialized: `false_${bob}_AB`, fromMe: false, remote: bob, id: 'AB' },
  from: { server: 'c.us', user: '380501112233', _serialized: bob },
  to: { _serialized: me },
  author: undefined as object | undefined,
  type: 'chat',
  body: 'hello',
  t: 1_795_000_000,
  star: false,
};
const received = (change: object) => receivedOf(pageMessageOf({ ...text, ...change })!, known);

describe('a message that came in', () => {
  it('is told with its sender as a phone and its time in milliseconds', () => {
    expect(received({})).toEqual({
      providerMessageId: `false_${bob}_AB`,
      chatId: bob,
      from: '+380501112233',
      kind: 'text',
      text: 'hello',
      media: null,
      location: null,
      contacts: null,
      poll: null,
      mentions: [],
      quoted: null,
      sentAt: 1_795_000_000_000,
    });
  });

  it('has its author as the sender in a group', () => {
    const id = { ...text.id, remote: '1203@g.us' };
    expect(received({ id, author: { _serialized: bob }, from: { _serialized: '1203@g.us' } })).toMatchObject({
      chatId: '1203@g.us',
      from: '+380501112233',
    });
  });

  it('is told by the phone behind an anonymous id, where that is known', () => {
    const id = { ...text.id, remote: '770@lid' };
    expect(received({ id, from: { _serialized: '770@lid' } })).toMatchObject({ chatId: bob, from: '+380501112233' });
    expect(received({ mentionedJidList: ['770@lid', { _serialized: '771@lid' }] })).toMatchObject({
      mentions: ['+380501112233', '771@lid'],
    });
  });

  it.each([
    ['theirs', bob, `false_${bob}_3EB0`],
    ['ours', me, `true_${bob}_3EB0`],
  ])('names the message that it answers: %s', (_, quotedParticipant, quoted) => {
    expect(received({ quotedStanzaID: '3EB0', quotedParticipant })).toMatchObject({ quoted });
  });

  it('names the author of the message that it answers in a group', () => {
    const id = { ...text.id, remote: '1203@g.us' };
    expect(received({ id, quotedStanzaID: '3EB0', quotedParticipant: { _serialized: me } })).toMatchObject({
      quoted: `true_1203@g.us_3EB0_${me}`,
    });
  });

  it.each([
    { id: { ...text.id, fromMe: true } },
    { id: { ...text.id, remote: 'status@broadcast' } },
    { id: { ...text.id, remote: '1@newsletter' } },
    { type: 'e2e_notification' },
    { type: 'gp2' },
    { type: 'revoked' },
  ])('is not for us when %o', (change) => expect(received(change)).toBeNull());

  it('is no message without an id', () => expect(pageMessageOf({ ...text, id: {} })).toBeNull());
});

describe('what a message holds', () => {
  const file = { mimetype: 'image/jpeg', size: 1_234, body: 'a small copy', caption: 'look', directPath: '/v/1' };

  it('is a file with its caption, which is not the small copy that the page shows', () => {
    expect(received({ type: 'image', ...file })).toMatchObject({
      kind: 'image',
      text: 'look',
      media: { mimeType: 'image/jpeg', filename: null, bytes: 1_234, seconds: null },
    });
  });

  it('is a voice with its length, which the page tells as a text', () => {
    const voice = { ...file, type: 'ptt', mimetype: 'audio/ogg; codecs=opus', duration: '7', caption: undefined };
    expect(received(voice)).toMatchObject({ kind: 'voice', text: null, media: { seconds: 7 } });
  });

  it('is a document with its name', () => {
    const document = { ...file, type: 'document', mimetype: 'application/pdf', filename: 'a.pdf', caption: '' };
    expect(received(document)).toMatchObject({ kind: 'document', text: null, media: { filename: 'a.pdf' } });
  });

  it('is no file when that is to be seen once, on the phone', () => {
    expect(received({ type: 'image', body: '', isViewOnce: true })).toMatchObject({ kind: 'image', media: null });
  });

  it('is a place', () => {
    expect(received({ type: 'location', lat: 50.45, lng: 30.52, loc: 'Office\nMain 1\nKyiv' })).toMatchObject({
      kind: 'location',
      text: null,
      location: { latitude: 50.45, longitude: 30.52, name: 'Office', address: 'Main 1, Kyiv' },
    });
  });

  it('is contacts', () => {
    const vcard = 'BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nTEL;type=CELL;waid=49170:+49 170\nEND:VCARD';
    const contacts = [{ name: 'Ann', phones: ['+49170'] }];
    expect(received({ type: 'vcard', body: vcard })).toMatchObject({ kind: 'contact', text: null, contacts });
    expect(received({ type: 'multi_vcard', vcardList: [{ displayName: 'Ann', vcard }] })).toMatchObject({ contacts });
  });

  it('is a poll; one beyond what the contract allows is told by its question', () => {
    const options = (many: number) => Array.from({ length: many }, (_, at) => ({ name: `option ${at}`, localId: at }));
    const poll = { type: 'poll_creation', pollName: 'When?', pollSelectableOptionsCount: 0 };
    expect(received({ ...poll, pollOptions: options(2) })).toMatchObject({
      kind: 'poll',
      poll: { question: 'When?', options: ['option 0', 'option 1'], multiple: true },
    });
    expect(received({ ...poll, pollOptions: options(13) })).toMatchObject({ kind: 'poll', text: 'When?', poll: null });
  });

  it('is kept as something else when there is no kind for it, with what was written, if anything was', () => {
    expect(received({ type: 'payment', body: 'base64' })).toMatchObject({ kind: 'other', text: null });
    expect(received({ type: 'list_response', body: 'the second' })).toMatchObject({
      kind: 'other',
      text: 'the second',
    });
  });

  it('survives attributes of another shape than they had when this was written', () => {
    expect(received({ caption: 7, mentionedJidList: 'nobody', size: -1, quotedParticipant: 1 })).toMatchObject({
      kind: 'text',
      text: 'hello',
      mentions: [],
    });
  });
});
