import type { MessageKind } from '#libs/contracts/content';
import type { ChatPosition, DriverFact } from '#libs/contracts/session';

/** Lines and news that the servers keep of all chats together; the oldest are forgotten first. */
export const CHAT_ENTRIES_MAX = 200_000;

/** A message as it stands in a chat now. */
export interface ChatLine {
  readonly providerMessageId: string;
  readonly fromMe: boolean;
  readonly from: string;
  readonly kind: MessageKind;
  readonly sentAt: number;
  text: string | null;
  revoked: boolean;
  /** Emoji by person; made for the first. */
  reactions: Map<string, string> | null;
}

/** What a chat is made of, in its order: a message, with the fact by which it was told, or only something that was told. */
interface ChatEntry {
  readonly at: number;
  readonly line: ChatLine | null;
  readonly fact: DriverFact | null;
}

export interface SimulatedChat {
  readonly id: string;
  readonly entries: readonly ChatEntry[];
  readonly unread: number;
}

interface OpenChat extends SimulatedChat {
  readonly entries: ChatEntry[];
  unread: number;
}

/** The chats of every account as the servers have them. An account without messages costs nothing. */
export class ChatBook {
  private readonly accounts = new Map<string, Map<string, OpenChat>>();
  /** The chat of each entry, oldest first, by its number. */
  private readonly order = new Map<number, OpenChat>();
  private written = 0;

  /** The moment of the next entry of a chat: the servers never give the same one twice within a chat. */
  moment(accountId: string, chatId: string, now: number): number {
    const last = this.find(accountId, chatId)?.entries.at(-1);
    return last ? Math.max(now, last.at + 1) : now;
  }

  add(accountId: string, chatId: string, entry: ChatEntry): void {
    const chat = this.open(accountId, chatId);
    chat.entries.push(entry);
    if (entry.line?.fromMe === false) chat.unread += 1;
    this.order.set((this.written += 1), chat);
    if (this.order.size <= CHAT_ENTRIES_MAX) return;
    for (const [number, oldest] of this.order) {
      oldest.entries.shift();
      this.order.delete(number);
      break;
    }
  }

  /** Latest first. */
  chatsOf(accountId: string): readonly SimulatedChat[] {
    return [...(this.accounts.get(accountId)?.values() ?? [])].sort((a, b) => lastAt(b) - lastAt(a));
  }

  find(accountId: string, chatId: string): SimulatedChat | null {
    return this.accounts.get(accountId)?.get(chatId) ?? null;
  }

  line(accountId: string, providerMessageId: string): { chatId: string; line: ChatLine } | null {
    for (const chat of this.accounts.get(accountId)?.values() ?? []) {
      const entry = chat.entries.findLast(({ line }) => line?.providerMessageId === providerMessageId);
      if (entry?.line) return { chatId: chat.id, line: entry.line };
    }
    return null;
  }

  markRead(accountId: string, chatId: string): void {
    const chat = this.accounts.get(accountId)?.get(chatId);
    if (chat) chat.unread = 0;
  }

  /** What was told of these chats, and of all others after `otherwiseAfterMs` unless it is null: a bounded page of it. */
  newsAfter(
    accountId: string,
    { chats, otherwiseAfterMs }: { chats: readonly ChatPosition[]; otherwiseAfterMs: number | null },
    { chatsMax, factsMax }: { chatsMax: number; factsMax: number },
  ): { facts: readonly DriverFact[]; more: readonly ChatPosition[] } {
    const positions = new Map(chats.map(({ chatId, afterMs }) => [chatId, afterMs]));
    const facts: DriverFact[] = [];
    const more: ChatPosition[] = [];
    let read = 0;
    for (const chat of this.chatsOf(accountId)) {
      const afterMs = positions.get(chat.id) ?? otherwiseAfterMs;
      if (afterMs === null || lastAt(chat) <= afterMs) continue;
      const room = read < chatsMax ? factsMax - facts.length : 0;
      const missed = chat.entries.flatMap(({ at, fact }) => (fact && at > afterMs ? { at, fact } : []));
      const page = missed.slice(0, Math.max(room, 0));
      facts.push(...page.map(({ fact }) => fact));
      read += 1;
      if (page.length < missed.length) more.push({ chatId: chat.id, afterMs: page.at(-1)?.at ?? afterMs });
    }
    return { facts, more };
  }

  private open(accountId: string, chatId: string): OpenChat {
    let chats = this.accounts.get(accountId);
    if (!chats) this.accounts.set(accountId, (chats = new Map<string, OpenChat>()));
    let chat = chats.get(chatId);
    if (!chat) chats.set(chatId, (chat = { id: chatId, entries: [], unread: 0 }));
    return chat;
  }
}

export const lastAt = (chat: SimulatedChat): number => chat.entries.at(-1)?.at ?? 0;
