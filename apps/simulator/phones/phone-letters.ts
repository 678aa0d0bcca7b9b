import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { type Files, madeUp } from '../media/files.js';
import { type Letter } from '../messages/letters.js';
import { type MediaOnWire, type MessageContent, type SentContent } from '../messages/message-words.js';
import { type MessageDraft } from './phone-words.js';

/** Makes of an order of the control API what a phone sends; its file is on the media server then. */
export async function writeOnPhone(
  draft: MessageDraft,
  files: Files,
  quoted: Letter | undefined,
): Promise<MessageContent> {
  if (draft.other !== undefined) return { type: 'other', as: draft.other, text: draft.text };
  const base: SentContent = {
    type: 'chat',
    text: draft.text,
    ...(draft.mentions === undefined ? {} : { mentions: draft.mentions.map((number) => `${number}@c.us`) }),
    ...(quoted === undefined ? {} : { quoted: quoteOf(quoted) }),
  };
  if (draft.media !== undefined) return { ...base, type: draft.media.type, media: await upload(draft.media, files) };
  if (draft.location !== undefined) {
    const { latitude, longitude, name, address } = draft.location;
    const place = [name, address].filter((line) => line !== undefined).join('\n');
    return { ...base, type: 'location', location: { latitude, longitude, place: place === '' ? null : place } };
  }
  if (draft.contacts !== undefined) {
    const cards = draft.contacts.map(({ name, phones }) => ({ name, vcard: vcardOf(name, phones) }));
    return { ...base, type: cards.length === 1 ? 'vcard' : 'multi_vcard', cards };
  }
  if (draft.poll !== undefined) return { ...base, type: 'poll_creation', poll: draft.poll };
  return base;
}

async function upload(media: NonNullable<MessageDraft['media']>, files: Files): Promise<MediaOnWire> {
  const { base64, bytes = 0, mimetype, filename, seconds, viewOnce } = media;
  const content =
    base64 === undefined ? madeUp(bytes, `${mimetype} ${bytes}`) : Readable.from([Buffer.from(base64, 'base64')]);
  const file = await files.store(content);
  const filehash = Buffer.from(file.sha256, 'hex').toString('base64');
  return {
    path: file.path,
    mimetype,
    bytes: file.bytes,
    filehash,
    encFilehash: createHash('sha256').update(filehash).digest('base64'),
    mediaKey: randomBytes(32).toString('base64'),
    ...(filename === undefined ? {} : { filename }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(viewOnce === undefined ? {} : { viewOnce }),
  };
}

function quoteOf({ id, from, content }: Letter): NonNullable<SentContent['quoted']> {
  return { id, from: `${from}@c.us`, type: content.type, text: content.text };
}

/** As an address book of a phone writes it; `waid` is the number that has WhatsApp. */
function vcardOf(name: string, phones: readonly string[]): string {
  const lines = phones.map((number) => `TEL;type=CELL;waid=${number}:+${number}`);
  return ['BEGIN:VCARD', 'VERSION:3.0', `N:;${name};;;`, `FN:${name}`, ...lines, 'END:VCARD'].join('\n');
}
