import type { OutgoingContent } from '#libs/contracts/content';
import type { AckLevel } from '#libs/contracts/session';

/** What the servers keep to answer look-ups; the oldest are forgotten first. A soak at 500 messages/s fills it in 3 min. */
export const MESSAGES_KNOWN_MAX = 100_000;

export interface KnownMessage {
  readonly providerMessageId: string;
  readonly accountId: string;
  readonly chatId: string;
  readonly content: OutgoingContent;
  /** Of the content: a text, or the caption of a file; empty when it has none. */
  readonly text: string;
  readonly quoted: string | null;
  level: AckLevel | 'refused';
  /** How often it came in. More than 1: somebody sent it again. */
  arrivals: number;
}

/** All messages that reached the servers, by id and in the order of their first arrival. Tests count duplicates here. */
export class MessageBook {
  private readonly known = new Map<string, KnownMessage>();
  /** Arrivals since the start, repeated ones included. */
  arrivals = 0;

  /** True when the message is new to the servers; a repeated id is counted and otherwise left alone, unless it was refused. */
  arrive(message: Omit<KnownMessage, 'arrivals'>): boolean {
    this.arrivals += 1;
    const known = this.known.get(message.providerMessageId);
    if (known) {
      known.arrivals += 1;
      if (known.level !== 'refused' || message.level === 'refused') return false;
      known.level = message.level;
      return true;
    }
    this.known.set(message.providerMessageId, { ...message, arrivals: 1 });
    if (this.known.size > MESSAGES_KNOWN_MAX) {
      for (const oldest of this.known.keys()) {
        this.known.delete(oldest);
        break;
      }
    }
    return true;
  }

  find(providerMessageId: string): KnownMessage | undefined {
    return this.known.get(providerMessageId);
  }

  /** Oldest first. */
  all(): readonly KnownMessage[] {
    return [...this.known.values()];
  }
}
