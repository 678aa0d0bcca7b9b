import {
  type ContactCard,
  type Location,
  locationSchema,
  type MessageKind,
  type Poll,
  pollSchema,
} from '#libs/contracts/content';
import { CONTACT_CARDS_MAX, NAME_CHARS_MAX } from '#libs/contracts/limits/messages';
import type { ReceivedMessage } from '#libs/contracts/received-message';
import type { PageMessage } from '../page/page-models.js';
import { readCard } from './vcard.js';

/** WhatsApp's words for what people send each other. */
const KINDS: Readonly<Record<string, MessageKind>> = {
  chat: 'text',
  image: 'image',
  video: 'video',
  ptv: 'video', // a video recorded in the chat
  audio: 'audio',
  ptt: 'voice',
  document: 'document',
  sticker: 'sticker',
  location: 'location',
  live_location: 'location',
  vcard: 'contact',
  multi_vcard: 'contact',
  poll_creation: 'poll',
};
/** WhatsApp's own notices, and what only goes with a message that comes by itself. Everything not named is kept as `other`. */
const NOTICES = new Set([
  'album',
  'broadcast_notification',
  'ciphertext',
  'debug',
  'e2e_notification',
  'gp2',
  'group_notification',
  'keep_in_chat',
  'newsletter_notification',
  'notification',
  'notification_template',
  'pin_message',
  'pinned_message',
  'poll_update',
  'protocol',
  'reaction',
  'reaction_enc',
  'revoked',
]);
/** Of the others, those whose `body` is something that was written or chosen. */
const READABLE = new Set([
  'buttons_response',
  'groups_v4_invite',
  'hsm',
  'interactive',
  'list_response',
  'template_button_reply',
]);

export type MessageContent = Pick<ReceivedMessage, 'kind' | 'text' | 'media' | 'location' | 'contacts' | 'poll'>;

/** Null of a notice. */
export function kindOf(type: string): MessageKind | null {
  return NOTICES.has(type) ? null : (KINDS[type] ?? 'other');
}

/** Null of a notice. What the page says but the contract doesn't allow (a poll of 13 options) is left out. */
export function contentOf(message: PageMessage): MessageContent | null {
  const kind = kindOf(message.type);
  if (kind === null) return null;
  const nothing = { kind, text: null, media: null, location: null, contacts: null, poll: null };
  switch (kind) {
    case 'text':
      return { ...nothing, text: message.body ?? null };
    case 'location':
      return { ...nothing, location: locationOf(message) };
    case 'contact':
      return { ...nothing, contacts: cardsOf(message) };
    case 'poll':
      return { ...nothing, text: message.pollName ?? null, poll: pollOf(message) };
    case 'other':
      return { ...nothing, text: READABLE.has(message.type) ? (message.body ?? null) : null };
    default:
      return { ...nothing, text: message.caption || null, media: mediaOf(message) };
  }
}

/** What was written: the text, or the caption of a file. */
export function writtenIn(message: PageMessage): string | null {
  const kind = kindOf(message.type);
  return kind === 'text' ? (message.body ?? null) : (message.caption ?? null);
}

/** Null when there is no file to fetch: one to be seen once stays on the phone. */
function mediaOf({ mimetype, filename, size, duration }: PageMessage): ReceivedMessage['media'] {
  if (!mimetype) return null;
  return {
    mimeType: mimetype.slice(0, 200),
    filename: filename?.slice(0, 500) || null,
    bytes: size ?? null,
    seconds: duration ?? null,
  };
}

function locationOf({ lat, lng, loc }: PageMessage): Location | null {
  const [name = '', ...address] = (loc ?? '').split('\n').map((line) => line.slice(0, NAME_CHARS_MAX));
  const place = {
    latitude: lat,
    longitude: lng,
    name: name.trim() || null,
    address: address.join(', ').slice(0, NAME_CHARS_MAX) || null,
  };
  const parsed = locationSchema.safeParse(place);
  return parsed.success ? parsed.data : null;
}

function cardsOf({ type, body, vcardList }: PageMessage): ContactCard[] | null {
  const written = type === 'multi_vcard' ? (vcardList ?? []).map(({ vcard }) => vcard) : [body ?? ''];
  const cards = written.slice(0, CONTACT_CARDS_MAX).flatMap((vcard) => readCard(vcard) ?? []);
  return cards.length > 0 ? cards : null;
}

function pollOf({ pollName, pollOptions, pollSelectableOptionsCount }: PageMessage): Poll | null {
  const options = pollOptions?.map(({ name }) => name);
  const parsed = pollSchema.safeParse({ question: pollName, options, multiple: pollSelectableOptionsCount !== 1 });
  return parsed.success ? parsed.data : null;
}
