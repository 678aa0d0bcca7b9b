import { ACKNOWLEDGE_BATCH_MAX } from '#libs/contracts/limits/messages';
import { MAILBOX_MAX } from '#libs/contracts/limits/runtime';
import type { MessageView } from '#libs/contracts/message';
import type { AckLevel } from '#libs/contracts/session';
import type { Acknowledgement, Clock, MessageStore, SupervisionLog } from '../ports.js';
import { type StoreRetry, WriteAbandoned } from './store-retry.js';

export interface ReceiptsWorld {
  readonly accountId: string;
  readonly epoch: number;
  readonly clock: Clock;
  readonly messages: MessageStore;
  readonly store: StoreRetry;
  readonly log: SupervisionLog;
  readonly onChanged: (message: MessageView) => void;
}

/**
 * Writes down how far messages have come, before anybody outside hears of it: of each message in the order in which the
 * provider says it. What is said while a commit is on its way is written by the next one, together.
 */
export class Receipts {
  private waiting: Acknowledgement[] = [];
  private working: Promise<void> | null = null;
  /** The commit on its way. */
  private writing: Promise<void> | null = null;

  constructor(private readonly world: ReceiptsWorld) {}

  /** False when too much waits to be written: it is lost here, and the caller must say so. */
  take(providerMessageId: string, level: AckLevel): boolean {
    if (level === 'pending') return true;
    if (this.waiting.length >= MAILBOX_MAX) return false;
    this.waiting.push({ providerMessageId, level, at: this.world.clock.now() });
    this.working ??= this.work();
    return true;
  }

  /** Resolves when what was taken is written, or abandoned because the account stops. */
  async written(): Promise<void> {
    await this.working;
  }

  /**
   * Resolves when the first word on each message that was spoken of by now is written, or abandoned: with the commit on its
   * way and the one after it, which may be about to begin. A steady stream of further words does not hold it up.
   */
  async firstWordsWritten(): Promise<void> {
    for (let commits = 0; commits < 3 && this.working; commits += 1) {
      if (!this.writing) await Promise.resolve();
      await this.writing;
    }
  }

  private async work(): Promise<void> {
    await Promise.resolve(); // what is said in the same moment is written together
    while (this.waiting.length > 0) {
      const [now, later] = firstOfEach(this.waiting);
      this.waiting = later;
      this.writing = this.writeOrSay(now);
      await this.writing;
    }
    this.working = this.writing = null;
  }

  /** What can't be written is told and left: what is behind it must not be lost with it. */
  private async writeOrSay(batch: readonly Acknowledgement[]): Promise<void> {
    const { accountId, epoch, messages, store, log, onChanged } = this.world;
    try {
      const write = (): ReturnType<MessageStore['acknowledge']> => messages.acknowledge(accountId, epoch, batch);
      for (const view of await store.insist('acknowledge messages', write)) onChanged(view);
    } catch (err) {
      const data = { err, accountId, acknowledgements: batch.length };
      if (err instanceof WriteAbandoned) log.warn(data, 'acknowledgements were given up: the account is stopping');
      else log.error(data, 'acknowledgements could not be written');
    }
  }
}

/**
 * Of each message the first that is said, and the rest: each step of a message is written and told. Of messages that are
 * sent and delivered one by one, a commit would else hold no more than the delivery of one and the sending of the next.
 */
function firstOfEach(waiting: readonly Acknowledgement[]): readonly [Acknowledgement[], Acknowledgement[]] {
  const ids = new Set<string>();
  const [now, later]: [Acknowledgement[], Acknowledgement[]] = [[], []];
  for (const ack of waiting) {
    const isFirst = now.length < ACKNOWLEDGE_BATCH_MAX && !ids.has(ack.providerMessageId);
    ids.add(ack.providerMessageId);
    (isFirst ? now : later).push(ack);
  }
  return [now, later];
}
