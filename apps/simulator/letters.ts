import { type MessageOnWire } from './wire.js';

/** A message on its way; `ack` is 1 at the server, 2 on the recipient's device, 3 read, -1 refused, as WhatsApp counts. */
export interface Letter extends MessageOnWire {
  ack: number;
  /** The device that wrote it; null for one written on a phone. */
  readonly writtenOn: string | null;
  /** Its sender hears nothing of it (the fault `unanswered_sends`). */
  silent: boolean;
}

/** What the servers remember of messages. One written twice under one id is remembered once; the journal has it twice. */
export interface Letters {
  keep(letter: Letter): void;
  get(from: string, to: string, id: string): Letter | undefined;
  between(from: string, to: string): readonly Letter[];
  /** Those that devices sent under this id. */
  sentAs(id: string): readonly Letter[];
  clear(): void;
}

/** Some 20 MB; the oldest are forgotten first. */
export const LETTERS_MAX = 50_000;

export function createLetters(): Letters {
  const letters = new Map<string, Letter>();
  const where = (suits: (letter: Letter) => boolean): readonly Letter[] => [...letters.values()].filter(suits);
  return {
    keep(letter) {
      letters.set(keyOf(letter.from, letter.to, letter.id), letter);
      const oldest = letters.size > LETTERS_MAX ? letters.keys().next().value : undefined;
      if (oldest !== undefined) letters.delete(oldest);
    },
    get: (from, to, id) => letters.get(keyOf(from, to, id)),
    between: (from, to) => where((letter) => letter.from === from && letter.to === to),
    sentAs: (id) => where((letter) => letter.id === id && letter.writtenOn !== null),
    clear: () => letters.clear(),
  };
}

export function onWire({ id, from, to, text, t, ack }: Letter): MessageOnWire {
  return { id, from, to, text, t, ack };
}

function keyOf(from: string, to: string, id: string): string {
  return `${from}>${to}:${id}`;
}
