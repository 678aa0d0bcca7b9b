import type { Message } from 'whatsapp-web.js';
import { NOTHING_BUT_TEXT } from '#libs/contracts/content';
import type { ReceivedMessage } from '#libs/contracts/session';
import { senderOf } from './chat-id.js';

/** A message as the page tells it, cut down to what we read. `author` is the sender in a group. */
export interface PageMessage {
  readonly id: string;
  readonly chat: string;
  readonly author: string;
  readonly fromMe: boolean;
  readonly type: string;
  readonly body: string | null;
  /** Seconds since 1970. */
  readonly t: number;
}

/** What people send each other. Everything else is the provider's own notice (a call, a changed number, a new key …). */
const KINDS = new Set(['chat', 'image', 'video', 'audio', 'ptt', 'document', 'sticker', 'location', 'vcard']);
/** Their `body` is what was written (a caption, for a picture); of the others it is a thumbnail or a card. */
const WRITTEN = new Set(['chat', 'image', 'video', 'document']);

/** Null when it is not for us: our own, a status, a channel, a notice. */
export function receivedOf(message: PageMessage): ReceivedMessage | null {
  if (message.fromMe || !KINDS.has(message.type)) return null;
  if (!/@(c\.us|lid|g\.us)$/.test(message.chat)) return null;
  return {
    providerMessageId: message.id,
    chatId: message.chat,
    from: senderOf(message.author),
    ...NOTHING_BUT_TEXT,
    kind: message.type === 'chat' ? 'text' : 'other',
    text: WRITTEN.has(message.type) ? message.body : null,
    sentAt: message.t * 1_000,
  };
}

/** The library's model of a message, cut down to what the page itself would say. */
export function pageMessageOf(message: Message): PageMessage {
  const { id, from, author, fromMe, type, body, timestamp } = message;
  return {
    id: id._serialized,
    chat: id.remote,
    author: author ?? from,
    fromMe,
    type,
    body: body ?? null,
    t: timestamp,
  };
}
