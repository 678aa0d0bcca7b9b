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
 * Writes down how far messages have come, in the order in which the provider says it, before anybody outside hears of it.
 * What is said while a commit is on its way is written by the next one, together.
 */
export class Receipts {
  private waiting: Acknowledgement[] = [];
  private working: Promise<void> | null = null;

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

  private async work(): Promise<void> {
    await Promise.resolve(); // what is said in the same moment is written together
    while (this.waiting.length > 0) {
      const batch = eachOnce(this.waiting);
      this.waiting = this.waiting.slice(batch.length);
      await this.writeOrSay(batch);
    }
    this.working = null;
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

/** The first of them up to the one that speaks of a message again: each step of a message is written and told. */
function eachOnce(waiting: readonly Acknowledgement[]): readonly Acknowledgement[] {
  const ids = new Set<string>();
  for (const { providerMessageId } of waiting.slice(0, ACKNOWLEDGE_BATCH_MAX)) {
    if (ids.has(providerMessageId)) break;
    ids.add(providerMessageId);
  }
  return waiting.slice(0, ids.size);
}
