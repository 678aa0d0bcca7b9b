import { NOTHING_BUT_TEXT } from '#libs/contracts/content';
import type { GroupChange, TypingState } from '#libs/contracts/chat';
import type { ReceivedMessage } from '#libs/contracts/received-message';
import { chatOfPhone, type SimulatedContact } from './address-book.js';
import type { Books } from './books.js';
import { change, changeGroup, factOf } from './changes.js';
import type { ChatLine } from './chat-book.js';
import type { Traffic } from './traffic.js';

/** What a phone sends to an account; without a `kind` it is a text, without a `chatId` it goes into the chat of the two. */
export interface PhoneMessage
  extends Partial<Omit<ReceivedMessage, 'from' | 'sentAt' | 'providerMessageId' | 'media'>> {
  readonly from: string;
  readonly providerMessageId: string;
  readonly media?: { mimeType: string; filename?: string; seconds?: number; bytes: Uint8Array };
}

/**
 * The phones of other people: what they do reaches an account at once, or waits for it while it is offline. Tests, demo and
 * simulation play them. People are named by their E.164 number.
 */
export class Phones {
  /** By account and chat: what the other side sees of it. */
  private readonly typing = new Map<string, TypingState>();

  constructor(
    private readonly books: Books,
    private readonly traffic: Traffic,
  ) {}

  send(accountId: string, { media, chatId, ...message }: PhoneMessage): void {
    const { from, providerMessageId } = message;
    if (media) {
      const { mimeType, filename = null, bytes } = media;
      this.books.files.keep(providerMessageId, { mimeType, filename, from: { bytes } });
    }
    const described = media && {
      mimeType: media.mimeType,
      filename: media.filename ?? null,
      bytes: media.bytes.length,
      seconds: media.seconds ?? null,
    };
    this.traffic.bring(accountId, chatId ?? chatOfPhone(from), {
      ...NOTHING_BUT_TEXT,
      kind: 'text',
      text: null,
      ...message,
      media: described ?? null,
    });
  }

  /** An empty emoji takes the reaction back. Told, too, when the account has no such message: it may come later. */
  react(accountId: string, { from, target, emoji }: { from: string; target: string; emoji: string }): void {
    this.do(accountId, from, { kind: 'reaction', target, emoji });
  }

  edit(accountId: string, { from, target, text }: { from: string; target: string; text: string }): void {
    this.do(accountId, from, { kind: 'edit', target, text });
  }

  revoke(accountId: string, { from, target }: { from: string; target: string }): void {
    this.do(accountId, from, { kind: 'revoke', target });
  }

  /** The file of a message is no longer to be had. */
  loseFile(providerMessageId: string): void {
    this.books.files.drop(providerMessageId);
  }

  createGroup(group: { id: string; name: string; owner: string; members: readonly string[] }): void {
    this.books.addresses.createGroup(group, this.books.clock.now());
  }

  changeGroup(told: Omit<GroupChange, 'at'>): void {
    changeGroup(this.books, this.traffic, told);
  }

  saveContact(accountId: string, contact: SimulatedContact): void {
    this.books.addresses.saveContact(accountId, contact);
  }

  // What the other side sees

  /** A message of an account, as it stands in its chat now. */
  sees(accountId: string, providerMessageId: string): ChatLine | null {
    return this.books.chats.line(accountId, providerMessageId)?.line ?? null;
  }

  seesTyping(accountId: string, chatId: string): TypingState {
    return this.typing.get(`${accountId} ${chatId}`) ?? 'paused';
  }

  /** Called by the account's session. */
  showTyping(accountId: string, chatId: string, state: TypingState): void {
    if (state === 'paused') this.typing.delete(`${accountId} ${chatId}`);
    else this.typing.set(`${accountId} ${chatId}`, state);
  }

  private do(accountId: string, from: string, action: Parameters<typeof factOf>[0]): void {
    if (change(this.books, this.traffic, accountId, { by: from, action })) return;
    this.traffic.tell(accountId, chatOfPhone(from), (at) => factOf(action, from, at));
  }
}
