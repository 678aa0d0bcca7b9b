import { OUTBOX_READ_AHEAD_MAX, SEND_PAUSE_MS } from '#libs/contracts/limits/messages';
import type { MessageAction } from '#libs/contracts/content';
import type { MessageView } from '#libs/contracts/message';
import type { Pace } from '#libs/contracts/outbox';
import type { AckLevel } from '#libs/contracts/session';
import type { AccountSession } from '../session/account-session.js';
import type { Clock, Dice, MediaFiles, MessageStore, OutboxMessage, SupervisionLog } from '../ports.js';
import { createSignal, type Signal } from '../signal.js';
import { ClaimsAhead } from './claims-ahead.js';
import { type ClaimedMessage, Delivery, type DeliveryWorld } from './delivery.js';
import { Flight } from './flight.js';
import { OutboxQueue } from './outbox-queue.js';
import { SendPace } from './pace.js';
import { type StoreRetry, WriteAbandoned } from './store-retry.js';

export interface SenderWorld {
  readonly accountId: string;
  readonly epoch: number;
  readonly clock: Clock;
  readonly dice: Dice;
  readonly messages: MessageStore;
  readonly media: MediaFiles;
  readonly store: StoreRetry;
  readonly log: SupervisionLog;
  /** At which the account is to send now. */
  readonly pace: () => Pace;
  /** What has waited longer when the account comes online is not sent before a person says so. 0: it is. */
  readonly staleAfterMs: number;
  /** Resolves when what the provider said so far is written down. */
  readonly acknowledged: () => Promise<void>;
  readonly onChanged: (message: MessageView) => void;
  readonly onActed: (action: MessageAction) => Promise<void>;
  /** The outbox was paused, since what waits is stale. */
  readonly onStale: () => void;
}

/**
 * Sends one account's messages: first in, first out in each chat, one in flight for all of them.
 *
 * The protocol, so that a crash at any line neither loses nor doubles a message:
 * 1. fix the provider's id (`prepare`) and commit it with the status `sending` (`claim`);
 * 2. hand the message over under that id;
 * 3. `sent` only when the provider acknowledges. A claimed message without acknowledgement, after a crash or a wait that
 *    took too long, is looked up by its id: known → done, or waited for; unknown → handed over again *under the same id*,
 *    after a pause that grows with each try.
 * `uncertain` is the last word when look-ups have no answer: told, never resent.
 *
 * The next one is handed over when the provider has spoken of the one before; its word may be on its way into the store
 * still. A crash then finds that one claimed, looks it up, and hears the same word.
 */
export class OutboxSender {
  private session: AccountSession | null = null;
  private readonly flight: Flight;
  private readonly queue: OutboxQueue;
  private readonly pace: SendPace;
  private readonly delivery: Delivery;
  private readonly ahead: ClaimsAhead;
  private running = false;
  private stopped = false;
  /** Nothing new is begun. */
  private paused = false;
  /** Whoever waits for the end of what is under way. */
  private drained: Signal<true> | null = null;
  /** The pause before the outbox goes on. */
  private pausing: Signal<never> | null = null;
  /** Until a chat that waits may go on, or what waits is woken before. */
  private resting: Signal<never> | null = null;
  /** Something may wait: set by whoever knows of it, cleared by reading. */
  private woken: boolean;
  /** What was read may be paused by now. */
  private changed = false;
  /** With which session it was last asked whether what waits is stale. */
  private judged: AccountSession | null = null;
  private onlineUntil = -Infinity;

  constructor(
    private readonly world: SenderWorld,
    outboxEmpty: boolean,
  ) {
    const { accountId, epoch, clock, dice, messages, media, store, onChanged, onActed } = world;
    this.woken = !outboxEmpty;
    this.flight = new Flight(clock);
    this.queue = new OutboxQueue(clock);
    this.pace = new SendPace(clock, dice, world.pace);
    const flight = this.flight;
    const isCurrent = (session: AccountSession): boolean => this.isCurrent(session);
    const onHandOver = (): void => this.pace.count();
    const shared: DeliveryWorld = {
      accountId,
      epoch,
      clock,
      messages,
      media,
      store,
      flight,
      isCurrent,
      onHandOver,
      onActed,
      onChanged,
    };
    this.delivery = new Delivery(shared);
    this.ahead = new ClaimsAhead(shared, this.queue, this.delivery);
  }

  /** The account is online with this session; null: it is not. */
  use(session: AccountSession | null): void {
    if (this.session && !session) this.onlineUntil = this.world.clock.now();
    this.session = session;
    if (session) return this.begin();
    // Whoever waits for a word of an ended session waits in vain; the read-back of the next one tells.
    this.flight.cancel();
    this.resting?.cancel();
  }

  /** There may be something to send. */
  wake(): void {
    this.woken = true;
    this.begin();
  }

  /** The outbox was paused or resumed, as committed: what was read before counts no more. */
  outboxChanged(): void {
    this.changed = true;
    this.pausing?.cancel();
    this.wake();
  }

  /** The provider spoke of a message. */
  heard(providerMessageId: string, level: AckLevel | 'refused', detail?: string): void {
    this.flight.heard(providerMessageId, level, detail);
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /**
   * From now on nothing is begun, until `resume`. Answers true once nothing is under way, false when that has not come
   * after `waitMsMax`. Whoever calls it must resume, whatever the answer.
   */
  async drain(waitMsMax: number): Promise<boolean> {
    this.paused = true;
    if (!this.running) return true;
    this.pausing?.cancel();
    const drained = (this.drained = createSignal<true>(this.world.clock, waitMsMax));
    const isDrained = await drained.promise;
    this.drained = null;
    return isDrained === true;
  }

  resume(): void {
    this.paused = false;
    this.begin();
  }

  stop(): void {
    this.stopped = true;
    this.use(null);
    this.pausing?.cancel();
    this.resting?.cancel();
  }

  private begin(): void {
    if (this.running || !this.woken || !this.session || this.stopped || this.paused) return;
    this.running = true;
    this.resting?.cancel();
    void this.run();
  }

  private async run(): Promise<void> {
    try {
      while (this.session && !this.stopped && !this.paused && this.woken) await this.sendOrSay(this.session);
    } finally {
      this.running = false;
      this.drained?.give(true);
      this.restUntilDue();
    }
  }

  /** What fails here is a bug, and must not end the outbox: it is told, and goes on in a moment. */
  private async sendOrSay(by: AccountSession): Promise<void> {
    try {
      await this.sendPending(by);
    } catch (error) {
      this.woken = true;
      if (error instanceof WriteAbandoned) return this.stop();
      const { log, accountId } = this.world;
      log.error({ err: error, accountId }, 'the outbox failed; it goes on in a moment');
      await this.pause(SEND_PAUSE_MS);
    }
  }

  /** A moment before the outbox goes on, cut short by `stop`, and by a pause of the outbox. */
  private async pause(ms: number): Promise<void> {
    if (this.stopped || this.changed || this.paused) return;
    this.pausing = createSignal<never>(this.world.clock, ms);
    await this.pausing.promise;
    this.pausing = null;
  }

  /** Nothing can go before the first of the held chats may: then it is looked again. */
  private restUntilDue(): void {
    const dueAt = this.queue.nextAt();
    if (dueAt === null || this.stopped || this.resting) return;
    if (!this.session) return void (this.woken = true);
    const resting = (this.resting = createSignal<never>(this.world.clock, Math.max(0, dueAt - this.world.clock.now())));
    void resting.promise.then(() => {
      this.resting = null;
      if (!this.stopped) this.wake();
    });
  }

  private async sendPending(by: AccountSession): Promise<void> {
    const { accountId, messages, store, acknowledged } = this.world;
    this.woken = false;
    this.changed = false;
    if (await this.isStale(by)) return;
    await this.rememberPace();
    await acknowledged(); // what was heard is not read again as unsettled
    const held = this.queue.heldChats();
    const read = (): ReturnType<MessageStore['pending']> => messages.pending(accountId, OUTBOX_READ_AHEAD_MAX, held);
    const batch = await store.insist('read outbox', read);
    this.queue.fill(batch);
    if (batch.length > 0) this.woken = true;
    try {
      while (this.mayGoOn(by) && (await this.sendNext(by)));
    } finally {
      if (!this.stopped) await this.ahead.putBack();
    }
  }

  /** False: nothing more of this reading can go now. */
  private async sendNext(by: AccountSession): Promise<boolean> {
    const waitMs = this.pace.waitMs();
    if (waitMs > 0) {
      await this.pause(waitMs);
      return this.mayGoOn(by);
    }
    const claimed = await this.ahead.take(by);
    if (claimed === 'later') return this.pauseAndRead();
    if (claimed !== 'none' && !this.mayGoOn(by)) this.ahead.giveBack(claimed);
    if (!this.mayGoOn(by)) return false;
    const next = claimed === 'none' ? this.queue.take() : claimed;
    return next !== null && this.deliver(next, by);
  }

  private async deliver(next: OutboxMessage | ClaimedMessage, by: AccountSession): Promise<boolean> {
    const delivering = this.delivery.deliver(next, by);
    if (!this.pace.isSet) this.ahead.begin(by);
    const progress = await delivering;
    if (progress === 'settled') return true;
    if (progress === 'later') return this.pauseAndRead();
    this.queue.hold(next.chatId, progress.heldUntil);
    await this.ahead.putBack(({ chatId }) => chatId === next.chatId);
    return true;
  }

  private async pauseAndRead(): Promise<false> {
    await this.pause(SEND_PAUSE_MS);
    return false;
  }

  private async rememberPace(): Promise<void> {
    const after = this.pace.pastWanted();
    if (after === null) return;
    const { accountId, messages, store } = this.world;
    this.pace.remember(await store.insist('read what was sent lately', () => messages.sentSince(accountId, after)));
  }

  private async isStale(by: AccountSession): Promise<boolean> {
    const { staleAfterMs, accountId, epoch, clock, messages, store, onStale } = this.world;
    if (this.judged === by || staleAfterMs === 0) return false;
    this.judged = by;
    const now = clock.now();
    // One that was online lately was not away for so long: its queue is long, or its pace slow.
    if (this.onlineUntil > now - staleAfterMs) return false;
    const pause = (): Promise<boolean> => messages.pauseIfStale(accountId, epoch, now - staleAfterMs, now);
    const isPaused = await store.insist('judge outbox', pause);
    if (isPaused) onStale();
    return isPaused;
  }

  private mayGoOn(by: AccountSession): boolean {
    return this.isCurrent(by) && !this.paused && !this.changed;
  }

  private isCurrent(session: AccountSession): boolean {
    return this.session === session && !this.stopped;
  }
}
