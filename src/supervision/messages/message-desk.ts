import { MAILBOX_MAX } from '#libs/contracts/limits/runtime';
import type { DriverFact } from '#libs/contracts/session';
import { createMailbox, type Mailbox } from '#libs/supervisor/mailbox';
import type { SupervisionLog } from '../ports.js';
import { WriteAbandoned } from './store-retry.js';

/** Of what the desk writes down; what is said of sent messages has its own writer (receipts.ts). */
export type MessageFact = Extract<DriverFact, { type: (typeof MESSAGE_FACTS)[number] }>;
export const MESSAGE_FACTS = [
  'driver.received',
  'driver.reacted',
  'driver.edited',
  'driver.revoked',
  'driver.group',
] as const;

export interface DeskWorld {
  readonly accountId: string;
  readonly log: SupervisionLog;
  /** Writes it down, repeating that until the store has taken it; whoever listens is told after that. */
  readonly write: (fact: MessageFact) => Promise<void>;
}

/**
 * Has what the provider says written down in the order in which it says it, one after the other, and is bounded: when too
 * much waits it takes nothing more, also when there is room again, until it is reopened. So what it did not take is the end
 * of what was said, and can be asked for again from where it stopped.
 */
export class MessageDesk {
  private working: Promise<void> | null = null;
  private full = false;
  /** Made for the first fact: most of thousands of accounts hear of none. */
  private mailbox: Mailbox<MessageFact> | null = null;

  constructor(private readonly world: DeskWorld) {}

  /** False: it was not taken, and nothing more is before `reopen`. */
  take(fact: MessageFact): boolean {
    this.full ||= !this.opened().post(fact).ok;
    return !this.full;
  }

  /** It has refused something since it was last opened. */
  get isFull(): boolean {
    return this.full;
  }

  reopen(): void {
    this.full = false;
  }

  /** Resolves when what was taken is written, or abandoned because the store is away and the account stops. */
  async written(): Promise<void> {
    await this.working;
  }

  async stop(): Promise<void> {
    await this.working;
    this.opened().close();
  }

  private opened(): Mailbox<MessageFact> {
    const onMail = (): void => void (this.working ??= this.work());
    return (this.mailbox ??= createMailbox({ max: MAILBOX_MAX, controlMax: 0, onMail }));
  }

  private async work(): Promise<void> {
    const mailbox = this.opened();
    await Promise.resolve(); // `onMail` is called inside `post`: reading starts after it
    try {
      for (let facts = mailbox.takeAll(); facts.length > 0; facts = mailbox.takeAll()) {
        for (const fact of facts) await this.writeOrSay(fact);
      }
    } finally {
      this.working = null;
    }
  }

  /** A fact that can't be written is told and left: those behind it must not be lost with it. */
  private async writeOrSay(fact: MessageFact): Promise<void> {
    try {
      await this.world.write(fact);
    } catch (err) {
      const { log, accountId } = this.world;
      const data = { err, accountId, fact: fact.type };
      if (err instanceof WriteAbandoned) log.warn(data, 'a fact about a message was given up: the account is stopping');
      else log.error(data, 'a fact could not be written');
    }
  }
}
