import type { OutgoingContent } from '#libs/contracts/content';
import { NOTHING_BUT_TEXT } from '#libs/contracts/content';
import type { ReceivedMessage } from '#libs/contracts/received-message';
import type { AckLevel, DriverFact } from '#libs/contracts/session';
import { chatOfPhone } from './address-book.js';
import type { Books } from './books.js';
import type { KnownMessage } from './message-book.js';
import { phoneOfChat } from './phone.js';

export type ArrivedMessage = Omit<KnownMessage, 'arrivals'>;
/** A message without its place: the receiver's chat and time are added when it comes in. */
export type MessageBody = Omit<ReceivedMessage, 'chatId' | 'sentAt'>;

/** What happens between accounts: messages of one come in at others, and so do reactions, edits and revokes. */
export class Traffic {
  private readonly timers = new Set<unknown>();

  constructor(private readonly books: Books) {}

  /** A message reached the servers. Its delivery doesn't depend on the sender's session any more. */
  take(message: ArrivedMessage, waits: { deliveryMs: number; readMs: number | null }): void {
    const { messages } = this.books;
    if (!messages.arrive(message) || message.level === 'refused') return;
    this.note(message);
    this.later(waits.deliveryMs, () => {
      this.hand(message);
      this.progress(message.providerMessageId, 'delivered');
      const { readMs } = waits;
      if (readMs !== null) this.later(readMs, () => this.progress(message.providerMessageId, 'read'));
    });
  }

  /** A message comes in at an account. */
  bring(accountId: string, chatId: string, body: MessageBody): void {
    const { chats, mail, clock } = this.books;
    const at = chats.moment(accountId, chatId, clock.now());
    const fact: DriverFact = { type: 'driver.received', message: { ...body, chatId, sentAt: at } };
    const { providerMessageId, from, kind, text } = body;
    const line = { providerMessageId, fromMe: false, from, kind, text, sentAt: at, revoked: false, reactions: null };
    chats.add(accountId, chatId, { at, line, fact });
    mail.deliver(accountId, fact);
  }

  /** Something else is told in a chat of an account. */
  tell(accountId: string, chatId: string, factAt: (at: number) => DriverFact): void {
    const { chats, mail, clock } = this.books;
    const at = chats.moment(accountId, chatId, clock.now());
    const fact = factAt(at);
    chats.add(accountId, chatId, { at, line: null, fact });
    mail.deliver(accountId, fact);
  }

  /** All accounts that have this message, with the chat in which they have it; the sender's own is among them. */
  holders(accountId: string, providerMessageId: string): readonly { accountId: string; chatId: string }[] {
    const own = this.books.chats.line(accountId, providerMessageId);
    if (!own) return [];
    const others = this.others(accountId, own.chatId).flatMap((other) => {
      const held = this.books.chats.line(other.accountId, providerMessageId);
      return held ? { accountId: other.accountId, chatId: held.chatId } : [];
    });
    return [{ accountId, chatId: own.chatId }, ...others];
  }

  stop(): void {
    for (const timer of this.timers) this.books.clock.clearTimeout(timer);
    this.timers.clear();
  }

  /** The message in the sender's own chat. */
  private note({ accountId, chatId, providerMessageId, content, text }: ArrivedMessage): void {
    const { chats, clock, files } = this.books;
    const at = chats.moment(accountId, chatId, clock.now());
    const from = this.books.phoneOf(accountId);
    const line = {
      providerMessageId,
      fromMe: true,
      from,
      kind: content.kind,
      text: text === '' ? null : text,
      sentAt: at,
    };
    chats.add(accountId, chatId, { at, line: { ...line, revoked: false, reactions: null }, fact: null });
    if ('media' in content) {
      const { path, mimeType, filename } = content.media;
      files.keep(providerMessageId, { mimeType, filename, from: { path } });
    }
  }

  private hand(message: ArrivedMessage): void {
    const from = this.books.phoneOf(message.accountId);
    const body = { ...bodyOf(message.content), ...{ providerMessageId: message.providerMessageId, from } };
    for (const { accountId, chatId } of this.others(message.accountId, message.chatId))
      this.bring(accountId, chatId, { ...body, quoted: message.quoted });
  }

  /** The accounts on the other side of a chat, with their name for it. */
  private others(accountId: string, chatId: string): readonly { accountId: string; chatId: string }[] {
    const own = this.books.phoneOf(accountId);
    const group = this.books.addresses.group(chatId);
    const phone = phoneOfChat(chatId);
    const phones = group ? [...group.members.keys()].filter((member) => member !== own) : phone === null ? [] : [phone];
    return phones.flatMap((member) =>
      this.books.accountsOf(member).map((other) => ({ accountId: other, chatId: group ? chatId : chatOfPhone(own) })),
    );
  }

  private progress(providerMessageId: string, level: AckLevel): void {
    const { messages, mail } = this.books;
    const message = messages.find(providerMessageId);
    if (!message) return;
    message.level = level;
    if (this.books.faultsOf(message.accountId).withholdAcknowledgements) return;
    mail.deliver(message.accountId, { type: 'driver.acknowledged', providerMessageId, level });
  }

  private later(afterMs: number, run: () => void): void {
    const timer = this.books.clock.setTimeout(() => {
      this.timers.delete(timer);
      run();
    }, afterMs);
    this.timers.add(timer);
  }
}

/** What the other side gets of what was sent. */
function bodyOf(content: OutgoingContent): Omit<MessageBody, 'providerMessageId' | 'from'> {
  const body = { ...NOTHING_BUT_TEXT, kind: content.kind, text: textOf(content) };
  switch (content.kind) {
    case 'text':
      return { ...body, mentions: [...content.mentions] };
    case 'location': {
      const { kind: _, ...location } = content;
      return { ...body, location };
    }
    case 'contact':
      return { ...body, contacts: [...content.contacts] };
    case 'poll': {
      const { kind: _, ...poll } = content;
      return { ...body, poll };
    }
    default: {
      const { mimeType, filename, bytes } = content.media;
      return { ...body, mentions: [...content.mentions], media: { mimeType, filename, bytes, seconds: null } };
    }
  }
}

export const textOf = (content: OutgoingContent): string | null => ('text' in content ? content.text : null);
