import { type JournalKind } from './control/control-words.js';
import { type MessageContent } from './messages/message-words.js';

/**
 * What the "servers" saw, in order: the witness of every test. A message sent twice is two entries here, whatever its id.
 *
 * `message.accepted` the servers took a message from a device · `message.refused` they answered no ·
 * `message.unanswered` they lost it without a word · `message.incoming` a message for a device was posted ·
 * `message.delivered` a device has it · `message.ack` a sender was told · `message.reacted`, `.edited`, `.revoked` and `.voted`
 * something was done to a message, by `number`, with `device` when a linked device did it · `act.refused` it was not let ·
 * `chat.*` what a device did to a chat · `media.*` files on the media server · `group.changed` · `page.*` and `device.*` the life
 * of pages and logins.
 */
export interface JournalEntry {
  /** Grows by one with each entry; the cursor of `after`. */
  readonly seq: number;
  /** ISO 8601, UTC */
  readonly at: string;
  readonly kind: JournalKind;
  readonly page?: string;
  readonly device?: string;
  /** The number of the device (its sender, for a message), digits without plus. */
  readonly number?: string;
  readonly messageId?: string;
  readonly from?: string;
  readonly to?: string;
  /** What is written: the text, the caption, the emoji, the new text. */
  readonly text?: string;
  /** The whole message: its type, file, place, cards, poll, what it answers, whom it mentions. */
  readonly content?: MessageContent;
  /** Of a file, as the server measured it. */
  readonly sha256?: string;
  readonly bytes?: number;
  readonly ack?: number;
  readonly detail?: string;
}

export type JournalNote = Omit<JournalEntry, 'seq' | 'at'>;

export interface JournalFilter {
  /** Only entries with a greater seq. */
  readonly after: number;
  /** How many at most, oldest first. */
  readonly limit: number;
  readonly kind?: JournalKind | undefined;
}

export interface Journal {
  write(note: JournalNote): void;
  read(filter: JournalFilter): readonly JournalEntry[];
  /** Forgets the entries; seq goes on growing, so that an old cursor never hides a new entry. */
  clear(): void;
}

/** Some 60 MB of entries at worst; the throughput tests write about 10,000. The oldest go first. */
export const JOURNAL_ENTRIES_MAX = 100_000;

export function createJournal(now: () => Date): Journal {
  let entries: JournalEntry[] = [];
  let seq = 0;
  return {
    write(note) {
      entries.push({ seq: ++seq, at: now().toISOString(), ...note });
      // Cut a tenth at a time: shifting a long array at each entry would be quadratic.
      if (entries.length > JOURNAL_ENTRIES_MAX * 1.1) entries = entries.slice(-JOURNAL_ENTRIES_MAX);
    },
    read({ after, limit, kind }) {
      // seq has no holes, so the place of a cursor is arithmetic: a test that polls does not scan the past.
      const start = Math.max(0, after + 1 - (entries[0]?.seq ?? 0));
      const fresh = entries.slice(start);
      return (kind === undefined ? fresh : fresh.filter((entry) => entry.kind === kind)).slice(0, limit);
    },
    clear() {
      entries = [];
    },
  };
}
