import type { Clock, OutboxMessage } from '../ports.js';

/**
 * Chooses what goes next: the oldest of those whose chat is not held. A chat is held while one of its messages waits for
 * its next try, so that those behind it stay behind it; all other chats go on.
 */
export class OutboxQueue {
  private batch: OutboxMessage[] = [];
  /** Until when, by chat. */
  private readonly held = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** What was read last, oldest first. What is left of an earlier reading is forgotten: it is read again. */
  fill(batch: readonly OutboxMessage[]): void {
    this.batch = [...batch];
  }

  /** The next that may go; null: none of this reading. `peek` leaves it there. */
  peek(): OutboxMessage | null {
    for (let first = this.batch[0]; first; first = this.batch[0]) {
      const { status, nextAttemptAt, chatId } = first;
      const waits = status === 'queued' && nextAttemptAt !== null && nextAttemptAt > this.clock.now();
      if (!waits) return first;
      this.hold(chatId, nextAttemptAt);
    }
    return null;
  }

  take(): OutboxMessage | null {
    const next = this.peek();
    if (next) this.batch.shift();
    return next;
  }

  /** Its messages in this reading are forgotten: what holds it goes before them, also when its time comes meanwhile. */
  hold(chatId: string, until: number): void {
    this.held.set(chatId, until);
    this.batch = this.batch.filter((message) => message.chatId !== chatId);
  }

  /** Those that the next reading leaves out. */
  heldChats(): readonly string[] {
    const now = this.clock.now();
    for (const [chatId, until] of this.held) if (until <= now) this.held.delete(chatId);
    return [...this.held.keys()];
  }

  /** When the next of the held chats may go on; null: none is held. */
  nextAt(): number | null {
    return this.held.size === 0 ? null : Math.min(...this.held.values());
  }
}
