import type { Location, MediaKind, OutgoingContent, Poll } from '#libs/contracts/content';
import type { MediaFile } from '#libs/contracts/content';
import type { PageOrder } from '../page/send-scripts.js';
import { chatIdOf } from './chat-id.js';
import { writeCard } from './vcard.js';

export interface OutgoingFile {
  readonly file: MediaFile;
  readonly isVideo: boolean;
  readonly asSticker: boolean;
}

/** A message in the library's words, but for its key and chat. */
export interface Outgoing {
  readonly said: Pick<PageOrder, 'body' | 'options' | 'attributes'>;
  readonly media: OutgoingFile | null;
  /** The text whose first link is to be shown. */
  readonly previewOf: string | null;
}

/** How the library is to send a file of each kind. */
const AS: Readonly<Record<MediaKind, Readonly<Record<string, true>>>> = {
  image: {},
  video: {},
  audio: {},
  voice: { sendAudioAsVoice: true },
  document: { sendMediaAsDocument: true },
  sticker: { sendMediaAsSticker: true },
};

export function outgoingOf(content: OutgoingContent): Outgoing {
  const plain = { media: null, previewOf: null };
  switch (content.kind) {
    case 'text': {
      const said = { body: content.text, options: mentioning(content.mentions), attributes: {} };
      return { ...plain, said, previewOf: content.linkPreview ? content.text : null };
    }
    case 'location':
      return { ...plain, said: { body: '', options: { location: placeOf(content) }, attributes: {} } };
    case 'poll':
      return { ...plain, said: { body: '', options: { poll: pollOf(content) }, attributes: {} } };
    case 'contact':
      return { ...plain, said: { body: '', options: {}, attributes: cardsOf(content.contacts) } };
    default: {
      const { kind, text, media, mentions } = content;
      const caption = text === null ? {} : { caption: text, isCaptionByUser: true };
      const said = { body: '', options: { ...AS[kind], ...caption, ...mentioning(mentions) }, attributes: {} };
      return {
        said,
        media: { file: media, isVideo: kind === 'video', asSticker: kind === 'sticker' },
        previewOf: null,
      };
    }
  }
}

/** Those who are no address are left as the plain text that they are. */
function mentioning(mentions: readonly string[]): Readonly<Record<string, unknown>> {
  const ids = mentions.flatMap((who) => chatIdOf(who) ?? []);
  return ids.length > 0 ? { mentionedJidList: ids } : {};
}

function placeOf({ latitude, longitude, name, address }: Location): object {
  const description = [name, address].filter(Boolean).join('\n') || undefined;
  return { latitude, longitude, description };
}

function pollOf({ question, options, multiple }: Poll): object {
  const pollOptions = options.map((name, localId) => ({ name, localId }));
  return { pollName: question, pollOptions, options: { allowMultipleAnswers: multiple } };
}

/**
 * The message itself says that it is a card. The library would make cards of the phone's own contacts alone, or guess at a
 * text that begins like one and send it as a text when it is wrong.
 */
function cardsOf(
  contacts: Extract<OutgoingContent, { kind: 'contact' }>['contacts'],
): Readonly<Record<string, unknown>> {
  const cards = contacts.map((card) => ({ displayName: card.name, vcard: writeCard(card) }));
  const [only] = cards;
  return cards.length === 1 && only
    ? { type: 'vcard', body: only.vcard, vcardFormattedName: only.displayName }
    : { type: 'multi_vcard', vcardList: cards, body: null };
}
