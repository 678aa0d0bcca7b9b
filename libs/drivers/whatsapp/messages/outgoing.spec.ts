import { describe, expect, it } from 'vitest';
import type { MediaKind } from '#libs/contracts/content';
import { outgoingOf } from './outgoing.js';

const file = (mimeType: string) => ({ path: '/somewhere/file', mimeType, filename: null, bytes: 3 });
const media = (kind: MediaKind, mimeType: string, text: string | null = null) =>
  outgoingOf({ kind, media: file(mimeType), text, mentions: [] });

describe('a message in the library’s words', () => {
  it('is a text, with those whom it mentions by their ids', () => {
    const mentions = ['+380501112233', '770@lid', 'nobody'];
    expect(outgoingOf({ kind: 'text', text: 'hi @380501112233', mentions, linkPreview: true })).toEqual({
      said: {
        body: 'hi @380501112233',
        options: { mentionedJidList: ['380501112233@c.us', '770@lid'] },
        attributes: {},
      },
      media: null,
      previewOf: 'hi @380501112233',
    });
  });

  it('is a file with a caption', () => {
    expect(media('image', 'image/png', 'look').said).toEqual({
      body: '',
      options: { caption: 'look', isCaptionByUser: true },
      attributes: {},
    });
  });

  it.each([
    ['voice', 'audio/ogg', { sendAudioAsVoice: true }],
    ['audio', 'audio/mpeg', {}],
    ['document', 'image/png', { sendMediaAsDocument: true }],
    ['sticker', 'image/png', { sendMediaAsSticker: true }],
    ['video', 'video/mp4', {}],
  ] as const)('is a %s', (kind, type, options) => expect(media(kind, type).said.options).toEqual(options));

  it('is a place with its name and address in two lines', () => {
    const place = { latitude: 1, longitude: 2, name: 'Office', address: 'Main 1' };
    expect(outgoingOf({ kind: 'location', ...place }).said.options).toEqual({
      location: { latitude: 1, longitude: 2, description: 'Office\nMain 1' },
    });
  });

  it('is one card, or several', () => {
    const ann = { name: 'Ann', phones: ['+491700000001'] };
    const one = outgoingOf({ kind: 'contact', contacts: [ann] }).said.attributes;
    expect(one).toMatchObject({ type: 'vcard', vcardFormattedName: 'Ann' });
    expect(one.body).toContain('FN:Ann');
    const two = outgoingOf({ kind: 'contact', contacts: [ann, ann] }).said.attributes;
    expect(two).toMatchObject({ type: 'multi_vcard', vcardList: [{ displayName: 'Ann' }, { displayName: 'Ann' }] });
  });

  it('is a poll', () => {
    const poll = { question: 'When?', options: ['now', 'later'], multiple: false };
    expect(outgoingOf({ kind: 'poll', ...poll }).said.options).toEqual({
      poll: {
        pollName: 'When?',
        pollOptions: [
          { name: 'now', localId: 0 },
          { name: 'later', localId: 1 },
        ],
        options: { allowMultipleAnswers: false },
      },
    });
  });
});
