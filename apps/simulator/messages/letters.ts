import { type MessageView } from '../control/control-words.js';
import { isGroup, type MessageContent, type MessageOnWire } from './message-words.js';

/** A message on its way; `ack` is 1 at the server, 2 on the devices of all recipients, 3 read by all, -1 refused, as WhatsApp counts. */
export interface Letter {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly t: number;
  readonly pushname: string;
  content: MessageContent;
  ack: number;
  /** The device that wrote it; null for one written on a phone. */
  readonly writtenOn: string | null;
  /** Its sender hears nothing of it (the fault `unanswered_sends`). */
  silent: boolean;
  /** Numbers: of a person the one, of a group its members when it was sent. */
  readonly recipients: readonly string[];
  readonly delivered: Set<string>;
  readonly read: Set<string>;
  readonly reactions: Map<string, { readonly emoji: string; readonly atMs: number }>;
  editedAtMs: number | null;
  revoked: MessageOnWire['revoked'];
}

/** What the servers remember of messages. One written twice under one id is remembered once; the journal has it twice. */
export interface Letters {
  keep(letter: Letter): void;
  get(from: string, to: string, id: string): Letter | undefined;
  /** Of a chat as `chatKey` names it; oldest first. */
  inChat(chat: string): readonly Letter[];
  /** All chats of a number, as it sees them: the other's number, or the group. */
  chatsOf(number: string): readonly string[];
  withId(id: string): readonly Letter[];
  clear(): void;
}

/** Some 50 MB; the oldest are forgotten first. */
export const LETTERS_MAX = 50_000;

export function createLetters(): Letters {
  const letters = new Map<string, Letter>();
  const chats = new Map<string, Map<string, Letter>>();
  const forget = (key: string, letter: Letter): void => {
    letters.delete(key);
    chats.get(chatKey(letter.from, letter.to))?.delete(key);
  };
  return {
    keep(letter) {
      const key = keyOf(letter.from, letter.to, letter.id);
      const chat = chatKey(letter.from, letter.to);
      letters.set(key, letter);
      chats.set(chat, (chats.get(chat) ?? new Map<string, Letter>()).set(key, letter));
      const oldest = letters.size > LETTERS_MAX ? letters.entries().next().value : undefined;
      if (oldest !== undefined) forget(...oldest);
    },
    get: (from, to, id) => letters.get(keyOf(from, to, id)),
    inChat: (chat) => [...(chats.get(chat)?.values() ?? [])].sort((one, other) => one.t - other.t),
    chatsOf: (number) =>
      [...chats].flatMap(([chat, kept]) => {
        if (kept.size === 0) return [];
        if (isGroup(chat)) return [chat];
        const pair = chat.split('~');
        return pair.includes(number) ? [pair.find((one) => one !== number) ?? number] : [];
      }),
    withId: (id) => [...letters.values()].filter((letter) => letter.id === id),
    clear() {
      letters.clear();
      chats.clear();
    },
  };
}

/** One name for both directions of a chat of two; a group's is its id. */
export function chatKey(from: string, to: string): string {
  return isGroup(to) ? to : [from, to].sort().join('~');
}

export function onWire(letter: Letter): MessageOnWire {
  const { id, from, to, t, ack, content, pushname, editedAtMs, revoked } = letter;
  const reactions = [...letter.reactions].map(([by, reaction]) => ({ by, ...reaction }));
  return { id, from, to, t, ack, content, pushname, reactions, editedAtMs, revoked };
}

export function messageView({ id, from, to, t, ack, content }: Letter): MessageView {
  return { id, from, to, t, ack, text: content.text, content };
}

function keyOf(from: string, to: string, id: string): string {
  return `${from}>${to}:${id}`;
}
