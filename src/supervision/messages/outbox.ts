import type { MessageAction } from '#libs/contracts/content';
import type { MessageView } from '#libs/contracts/message';
import { type Pace, paceOf } from '#libs/contracts/outbox';
import type { DriverFact } from '#libs/contracts/session';
import type { Clock, Dice, MediaFiles, MessageStore, OwnedAccount, SupervisionLog } from '../ports.js';
import { OutboxSender } from './outbox-sender.js';
import { Receipts } from './receipts.js';
import type { StoreRetry } from './store-retry.js';

/** What a session says of messages that were sent. */
export type ReceiptFact = Extract<DriverFact, { type: 'driver.acknowledged' | 'driver.refused' }>;

/** What the outboxes of a node share. */
export interface OutboxesWorld {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly messages: MessageStore;
  readonly media: MediaFiles;
  readonly log: SupervisionLog;
  /** Of the node: what an account's settings do not say. */
  readonly pace: Pace;
  /** What has waited longer when its account comes online is not sent before a person says so. 0: it is. */
  readonly staleAfterMs: number;
  /** An outbox was paused, since what waited in it had become old. */
  readonly onStaleOutbox: (accountId: string) => void;
}

export interface OutboxOwner {
  readonly accountId: string;
  readonly epoch: number;
  readonly outboxEmpty: boolean;
  readonly store: StoreRetry;
  /** As they are now. */
  readonly settings: () => OwnedAccount['settings'];
  readonly onChanged: (message: MessageView) => void;
  /** Brings what was done to a message to its row; resolves when that is committed. */
  readonly onActed: (action: MessageAction) => Promise<void>;
}

/** One account's way out: what sends, and what writes down how far it came. */
export class Outbox {
  readonly sender: OutboxSender;
  private readonly receipts: Receipts;
  private paced: { readonly settings: OwnedAccount['settings']; readonly pace: Pace } | null = null;

  constructor(
    private readonly world: OutboxesWorld,
    private readonly owner: OutboxOwner,
  ) {
    const { clock, dice, messages, media, log, staleAfterMs } = world;
    const { accountId, epoch, store, onChanged, onActed } = owner;
    this.receipts = new Receipts({ accountId, epoch, clock, messages, store, log, onChanged });
    this.sender = new OutboxSender(
      {
        accountId,
        epoch,
        clock,
        dice,
        messages,
        media,
        store,
        log,
        staleAfterMs,
        pace: () => this.pace(),
        acknowledged: () => this.receipts.written(),
        onChanged,
        onActed,
        onStale: () => world.onStaleOutbox(accountId),
      },
      owner.outboxEmpty,
    );
  }

  /** False when too much waits to be written: the fact is lost here, and the caller must say so. */
  take(fact: ReceiptFact): boolean {
    const { providerMessageId } = fact;
    if (fact.type === 'driver.refused') {
      this.sender.heard(providerMessageId, 'refused', fact.detail);
      return true;
    }
    const isTaken = this.receipts.take(providerMessageId, fact.level);
    this.sender.heard(providerMessageId, fact.level);
    return isTaken;
  }

  /** Resolves when what was taken is written, or abandoned because the account stops. */
  written(): Promise<void> {
    return this.receipts.written();
  }

  /** Read anew only when the settings are others. */
  private pace(): Pace {
    const settings = this.owner.settings();
    if (this.paced?.settings !== settings) this.paced = { settings, pace: paceOf(this.world.pace, settings) };
    return this.paced.pace;
  }
}
