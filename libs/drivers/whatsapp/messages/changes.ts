import type { GroupChange } from '#libs/contracts/chat';
import { EMOJI_CHARS_MAX, GROUP_MEMBERS_MAX } from '#libs/contracts/limits/messages';
import type { DriverFact } from '#libs/contracts/session';
import { senderOf } from './chat-id.js';
import { kindOf, writtenIn } from './message-content.js';
import { authorOf, chatOf, type PageMessage, type PageReaction } from '../page/page-models.js';
import { isChat, type KnownAddresses } from './received-message.js';

/** WhatsApp's words for what happens in a group; all others are told as `other`. */
const GROUP_CHANGE: Readonly<Record<string, GroupChange['change']>> = {
  add: 'added',
  invite: 'joined',
  linked_group_join: 'joined',
  leave: 'left',
  remove: 'removed',
  promote: 'promoted',
  demote: 'demoted',
  subject: 'renamed',
  description: 'described',
};
const TEXT_CHARS_MAX = 2_000;

/** Null when it is no emoji that the contract allows. */
export function reactionOf({ target, sender, emoji, atMs }: PageReaction, known: KnownAddresses): DriverFact | null {
  if (emoji.length > EMOJI_CHARS_MAX) return null;
  const from = senderOf(known.nameOf(sender));
  return { type: 'driver.reacted', providerMessageId: known.idOf(target), from, emoji, at: atMs };
}

/** What the page says has changed: it may be the text, or the small copy that a file shows. */
export interface PageEdit {
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * Null when nothing written has changed: `body` of a file is a small copy of it, and of a message that could only now be
 * read, its first text. Without a change at hand, a message counts as edited when the page says so.
 */
export function editOf(
  message: PageMessage,
  change: PageEdit | null,
  known: KnownAddresses,
  now: number,
): DriverFact | null {
  const text = writtenIn(message);
  const at = message.latestEditSenderTimestampMs ?? null;
  if (text === null || kindOf(message.type) === null) return null;
  if (change && (change.after !== text || change.before === text)) return null;
  if (at === null && !change?.before) return null;
  return { type: 'driver.edited', providerMessageId: known.idOf(message.id._serialized), text, at: at ?? now };
}

/** The deleted message may have got a key of its own; then it says whose place it took. */
export function revokeOf(message: PageMessage, known: KnownAddresses, now: number): DriverFact | null {
  if (message.type !== 'revoked') return null;
  const id = message.protocolMessageKey ?? message.id._serialized;
  const at = message.revokeTimestamp ? message.revokeTimestamp * 1_000 : now;
  return { type: 'driver.revoked', providerMessageId: known.idOf(id), at };
}

/** Null when it is no notice of a group. */
export function groupChangeOf(message: PageMessage, known: KnownAddresses): DriverFact | null {
  const chatId = chatOf(message);
  if (message.type !== 'gp2' || !isChat(chatId)) return null;
  const change = GROUP_CHANGE[message.subtype ?? ''] ?? 'other';
  const told = change === 'renamed' || change === 'described' ? (message.body ?? null) : null;
  return {
    type: 'driver.group',
    change: {
      chatId,
      change,
      by: message.author ? senderOf(known.nameOf(authorOf(message))) : null,
      people: (message.recipients ?? []).slice(0, GROUP_MEMBERS_MAX).map((id) => senderOf(known.nameOf(id))),
      text: told?.slice(0, TEXT_CHARS_MAX) ?? null,
      providerMessageId: message.id._serialized,
      at: message.t * 1_000,
    },
  };
}
