import type { ReceivedMessage } from '#libs/contracts/received-message';
import type { AddressBook } from './address-book.js';
import { senderOf } from './chat-id.js';
import { contentOf } from './message-content.js';
import { authorOf, chatOf, isGroup, type PageMessage } from '../page/page-models.js';

/** What a message's addresses mean, as far as it is known by now. */
export type KnownAddresses = Pick<AddressBook, 'nameOf' | 'isOwn' | 'idOf'>;

/** Null when it is not for us: our own, a status, a channel, a notice. */
export function receivedOf(message: PageMessage, known: KnownAddresses): ReceivedMessage | null {
  const content = contentOf(message);
  if (message.id.fromMe || content === null || !isChat(chatOf(message))) return null;
  return {
    providerMessageId: message.id._serialized,
    chatId: known.nameOf(chatOf(message)),
    from: senderOf(known.nameOf(authorOf(message))),
    ...content,
    mentions: (message.mentionedJidList ?? []).map((id) => senderOf(known.nameOf(id))),
    quoted: quotedIn(message, known),
    sentAt: message.t * 1_000,
  };
}

export function isChat(chatId: string): boolean {
  return /@(c\.us|lid|g\.us)$/.test(chatId);
}

/** The key of the message that is answered: the page has its parts only. */
function quotedIn(message: PageMessage, known: KnownAddresses): string | null {
  const { quotedStanzaID, quotedParticipant } = message;
  if (!quotedStanzaID || !quotedParticipant) return null;
  const chat = message.quotedRemoteJid ?? chatOf(message);
  const parts = [known.isOwn(quotedParticipant), chat, quotedStanzaID, ...(isGroup(chat) ? [quotedParticipant] : [])];
  return known.idOf(parts.join('_'));
}
