import { MAILBOX_MAX } from '#libs/contracts/limits';
import type { MessageView } from '#libs/contracts/message';
import type { DriverFact } from '#libs/contracts/session';
import { createMailbox } from '#libs/supervisor/mailbox';
import type { OutboxSender } from './outbox-sender.js';
import type { Clock, MessageStore, SupervisionLog } from '../ports.js';
import { type StoreRetry, WriteAbandoned } from './store-retry.js';

export type MessageFact = Extract<DriverFact, { type: (typeof MESSAGE_FACTS)[number] }>;
export const MESSAGE_FACTS = [
  'driver.acknowledged',
  'driver.refused',
  'driver.received',
  'driver.reacted',
  'driver.edited',
  'driver.revoked',
  'driver.group',
] as const;

export interface DeskWorld {
  readonly accountId: string;
  readonly epoch: number;
  readonly clock: Clock;
  readonly messages: MessageStore;
  readonly store: StoreRetry;
  readonly sender: OutboxSender;
  readonly log: SupervisionLog;
  readonly onChanged: (message: MessageView) => void;
  readonly onReceived: (message: MessageView) => void;
}

/** Writes down what the provider says of messages, in the order in which it says it, before anybody hears of it. */
export class MessageDesk {
  private working: Promise<void> | null = null;
  private readonly mailbox = createMailbox<MessageFact>({
    max: MAILBOX_MAX,
    controlMax: 0,
    onMail: () => void (this.working ??= this.work()),
  });

  constructor(private readonly world: DeskWorld) {}

  /** False when too much waits to be written: the fact is lost here, and the caller must say so. */
  take(fact: MessageFact): boolean {
    return this.mailbox.post(fact).ok;
  }

  /** What was taken is written, or abandoned because the store is away. */
  async stop(): Promise<void> {
    await this.working;
    this.mailbox.close();
  }

  private async work(): Promise<void> {
    await Promise.resolve(); // `onMail` is called inside `post`: reading starts after it
    try {
      for (let facts = this.mailbox.takeAll(); facts.length > 0; facts = this.mailbox.takeAll()) {
        for (const fact of facts) await this.writeOrSay(fact);
      }
    } finally {
      this.working = null;
    }
  }

  /** A fact that can't be written is told and left: those behind it must not be lost with it. */
  private async writeOrSay(fact: MessageFact): Promise<void> {
    try {
      await this.write(fact);
    } catch (err) {
      const { log, accountId } = this.world;
      const data = { err, accountId, fact: fact.type };
      if (err instanceof WriteAbandoned) log.warn(data, 'a fact about a message was given up: the account is stopping');
      else log.error(data, 'a fact could not be written');
    }
  }

  private async write(fact: MessageFact): Promise<void> {
    const { accountId, epoch, clock, messages, store, sender } = this.world;
    const at = clock.now();
    switch (fact.type) {
      case 'driver.received': {
        const view = await store.insist('store incoming message', () =>
          messages.receive(accountId, epoch, fact.message, at),
        );
        if (view) this.world.onReceived(view);
        return;
      }
      case 'driver.acknowledged': {
        const view = await store.insist('acknowledge message', () =>
          messages.acknowledge(accountId, epoch, fact.providerMessageId, fact.level, at),
        );
        if (view) this.world.onChanged(view);
        sender.heard(fact.providerMessageId, fact.level);
        return;
      }
      case 'driver.refused':
        sender.heard(fact.providerMessageId, 'refused', fact.detail);
        return;
      case 'driver.reacted':
      case 'driver.edited':
      case 'driver.revoked':
      case 'driver.group':
        return; // no driver tells these yet
    }
  }
}
