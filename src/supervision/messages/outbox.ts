import type { DriverCapability } from '#libs/contracts/capabilities';
import type { MessageAction } from '#libs/contracts/content';
import type { MessageView } from '#libs/contracts/message';
import { type Pace, paceOf } from '#libs/contracts/outbox';
import type { AckLevel, DriverFact } from '#libs/contracts/session';
import type { Clock, Dice, MediaFiles, MessageStore, OwnedAccount, SupervisionLog } from '../ports.js';
import type { AccountSession } from '../session/account-session.js';
import { Dispatch } from './dispatch.js';
import { MissedReceipts } from './missed-receipts.js';
import { OutboxSender, type SenderState } from './outbox-sender.js';
import { Receipts } from './receipts.js';
import type { StoreRetry } from './store-retry.js';
import type { Turns } from './turns.js';

/** What a session says of messages that were sent. */
export type ReceiptFact = Extract<DriverFact, { type: 'driver.acknowledged' | 'driver.refused' }>;

/** What the outboxes of a node share. */
export interface OutboxesWorld {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly messages: MessageStore;
  readonly media: MediaFiles;
  readonly log: SupervisionLog;
  readonly catchUps: Turns;
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
  readonly can: ReadonlySet<DriverCapability>;
  /** As they are now. */
  readonly settings: () => OwnedAccount['settings'];
  readonly onChanged: (message: MessageView) => void;
  /** Brings what was done to a message to its row; resolves when that is committed. */
  readonly onActed: (action: MessageAction) => Promise<void>;
}

/** One account's way out: what sends, and what writes down how far it came. */
export class Outbox {
  readonly sender: OutboxSender;
  /** Made for the first word: most of thousands of accounts are told nothing. */
  private receipts: Receipts | null = null;
  private readonly missed: MissedReceipts;
  private paced: { readonly settings: OwnedAccount['settings']; readonly pace: Pace } | null = null;

  constructor(
    private readonly world: OutboxesWorld,
    private readonly owner: OutboxOwner,
  ) {
    const { clock, log } = world;
    const { accountId, outboxEmpty } = owner;
    const makeDispatch = (state: SenderState): Dispatch => this.makeDispatch(state);
    this.sender = new OutboxSender({ accountId, clock, log, makeDispatch }, outboxEmpty);
    this.missed = new MissedReceipts(world, owner, (id, level) => this.takeMissed(id, level));
  }

  /** The account is online with this session; null: it is not. */
  use(session: AccountSession | null): void {
    this.sender.use(session);
    this.missed.use(session);
  }

  stop(): void {
    this.sender.stop();
    this.missed.use(null);
  }

  /** False when too much waits to be written: the fact is lost here, and the caller must say so. */
  take(fact: ReceiptFact): boolean {
    const { providerMessageId } = fact;
    if (fact.type === 'driver.refused') {
      this.sender.heard(providerMessageId, 'refused', fact.detail);
      return true;
    }
    this.receipts ??= new Receipts({ ...this.world, ...this.owner });
    const isTaken = this.receipts.take(providerMessageId, fact.level);
    this.sender.heard(providerMessageId, fact.level);
    return isTaken;
  }

  /** Resolves when what was taken is written, or abandoned because the account stops. */
  async written(): Promise<void> {
    await this.receipts?.written();
  }

  private async takeMissed(providerMessageId: string, level: AckLevel): Promise<void> {
    this.take({ type: 'driver.acknowledged', providerMessageId, level });
    await this.written();
  }

  private makeDispatch(state: SenderState): Dispatch {
    return new Dispatch({
      ...this.world,
      ...this.owner,
      ...state,
      pace: () => this.pace(),
      acknowledged: async () => this.receipts?.firstWordsWritten(),
      onStale: () => this.world.onStaleOutbox(this.owner.accountId),
    });
  }

  /** Read anew only when the settings are others. */
  private pace(): Pace {
    const settings = this.owner.settings();
    if (this.paced?.settings !== settings) this.paced = { settings, pace: paceOf(this.world.pace, settings) };
    return this.paced.pace;
  }
}
