import {
  OUTBOX_READ_AHEAD_MAX,
  SEND_BREAKS_MAX,
  SEND_IN_TURN_MAX,
  SEND_PAUSE_MS,
} from '#libs/contracts/limits/messages';
import type { Pace } from '#libs/contracts/outbox';
import type { AckLevel } from '#libs/contracts/session';
import type { Dice, MessageStore, OutboxMessage, SupervisionLog } from '../ports.js';
import type { AccountSession } from '../session/account-session.js';
import { createSignal, type Signal } from '../signal.js';
import { ClaimsAhead } from './claims-ahead.js';
import { type ClaimedMessage, Delivery, type DeliveryWorld } from './delivery.js';
import { Flight } from './flight.js';
import { deliverInTurn, type TurnsProgress } from './in-turn.js';
import { OutboxQueue } from './outbox-queue.js';
import { SendPace } from './pace.js';
import { WriteAbandoned } from './store-retry.js';
import { StaleGuard, type StaleGuardWorld } from './stale-guard.js';

export interface DispatchWorld extends StaleGuardWorld, Omit<DeliveryWorld, 'flight' | 'onHandOver'> {
  readonly dice: Dice;
  readonly log: SupervisionLog;
  /** At which the account is to send now. */
  readonly pace: () => Pace;
  /** Resolves when what the provider said so far is written down. */
  readonly acknowledged: () => Promise<void>;
  /** Nothing new may be begun now. */
  readonly isPaused: () => boolean;
  readonly isStopped: () => boolean;
}

/** Brings out what waits in one account's outbox: a reading of it after the other, each as far as it goes. */
export class Dispatch {
  private readonly flight: Flight;
  private readonly shared: DeliveryWorld;
  private readonly queue: OutboxQueue;
  private readonly pace: SendPace;
  private readonly delivery: Delivery;
  private readonly ahead: ClaimsAhead;
  private readonly guard: StaleGuard;
  /** The pause before it goes on. */
  private pausing: Signal<never> | null = null;
  /** How often we broke on a message: a few at a time, each until it is settled. */
  private readonly breaks = new Map<string, number>();
  /** What was read may be paused by now. */
  private changed = false;

  constructor(private readonly world: DispatchWorld) {
    this.flight = new Flight(world.clock);
    this.queue = new OutboxQueue(world.clock);
    this.pace = new SendPace(world.clock, world.dice, world.pace);
    this.shared = { ...world, flight: this.flight, onHandOver: () => this.pace.count() };
    this.delivery = new Delivery(this.shared);
    this.ahead = new ClaimsAhead(this.shared, this.queue, this.delivery);
    this.guard = new StaleGuard(world);
  }

  /** Reads what waits and sends it. True: there may be more at once. */
  async send(by: AccountSession): Promise<boolean> {
    const { accountId, messages, store, acknowledged } = this.world;
    this.changed = false;
    if (await this.guard.isStale(by)) return false;
    await this.rememberPace();
    await acknowledged(); // what was heard is not read again as unsettled
    const held = this.queue.heldChats();
    const read = (): ReturnType<MessageStore['pending']> => messages.pending(accountId, OUTBOX_READ_AHEAD_MAX, held);
    const batch = await store.insist('read outbox', read);
    if (batch.length + held.length === 0) this.breaks.clear(); // none waits, so each was settled, by whomever
    this.queue.fill(batch);
    try {
      while (this.mayGoOn(by) && (await this.sendNext(by)));
    } finally {
      if (!this.world.isStopped()) await this.ahead.putBack();
    }
    return batch.length > 0;
  }

  /** The provider spoke of a message. */
  heard(providerMessageId: string, level: AckLevel | 'refused', detail?: string): void {
    this.flight.heard(providerMessageId, level, detail);
  }

  /** Whoever waits for a word of an ended session waits in vain; the read-back of the next one tells. */
  sessionEnded(): void {
    this.flight.cancel();
  }

  /** What was read before counts no more. */
  outboxChanged(): void {
    this.changed = true;
    this.hurry();
  }

  /** Cuts short the pause that it makes, if any. */
  hurry(): void {
    this.pausing?.cancel();
  }

  /** When the first of the chats that wait may go on; null: none waits. */
  nextAt(): number | null {
    return this.queue.nextAt();
  }

  /** A moment before the outbox goes on, cut short by whatever makes it pointless. */
  async pause(ms: number): Promise<void> {
    if (this.world.isStopped() || this.changed || this.world.isPaused()) return;
    this.pausing = createSignal<never>(this.world.clock, ms);
    await this.pausing.promise;
    this.pausing = null;
  }

  /** False: nothing more of this reading can go now. */
  private async sendNext(by: AccountSession): Promise<boolean> {
    const waitMs = this.pace.waitMs();
    if (waitMs > 0) {
      await this.pause(waitMs);
      return this.mayGoOn(by);
    }
    const claimed = await this.ahead.take(by, this.pace.isSet ? 1 : SEND_IN_TURN_MAX);
    if (claimed === 'later') return this.pauseAndRead();
    if (claimed !== 'none' && !this.mayGoOn(by)) this.ahead.giveBack([claimed]);
    if (!this.mayGoOn(by)) return false;
    const next = claimed === 'none' ? this.queue.take() : claimed;
    return next !== null && this.deliver(next, by);
  }

  private async deliver(next: OutboxMessage | ClaimedMessage, by: AccountSession): Promise<boolean> {
    const delivering = this.begin(next, by);
    if (!this.pace.isSet) this.ahead.begin(by);
    const { progress, last, notBegun } = await delivering;
    this.ahead.giveBack(notBegun);
    if (progress === 'settled') return true;
    if (progress === 'later') return this.pauseAndRead();
    this.queue.hold(last.chatId, progress.heldUntil);
    await this.ahead.putBack(({ chatId }) => chatId === last.chatId);
    return true;
  }

  /** A pace is kept between two messages, so that then they go one by one; and so does what we broke on. */
  private async begin(next: OutboxMessage | ClaimedMessage, by: AccountSession): Promise<TurnsProgress> {
    const isAlone = ({ id }: ClaimedMessage): boolean => this.breaks.has(id);
    const texts = 'claimed' in next && !this.pace.isSet ? this.ahead.inTurnWith(next, isAlone) : [];
    try {
      if (texts.length > 1) return await deliverInTurn(this.shared, this.delivery, texts, by);
      const progress = await this.delivery.deliver(next, by);
      if (progress === 'settled') this.breaks.delete(next.id);
      return { progress, last: next, notBegun: [] };
    } catch (error) {
      if (error instanceof WriteAbandoned) throw error;
      return this.afterBreak(texts.length > 1 ? texts : [next], error);
    }
  }

  /** A bug of ours must not stop all that waits behind the message that shows it. */
  private async afterBreak(messages: readonly OutboxMessage[], error: unknown): Promise<TurnsProgress> {
    for (const { id } of messages) this.breaks.set(id, (this.breaks.get(id) ?? 0) + 1);
    const [only] = messages;
    if (messages.length > 1 || !only || this.breaks.get(only.id)! < SEND_BREAKS_MAX) throw error;
    const { accountId, log } = this.world;
    log.error(
      { err: error, accountId, messageId: only.id },
      'a message broke the outbox again and again; it is settled',
    );
    this.breaks.delete(only.id);
    return { progress: await this.delivery.giveUp(only), last: only, notBegun: [] };
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

  private mayGoOn(by: AccountSession): boolean {
    return this.world.isCurrent(by) && !this.world.isPaused() && !this.changed;
  }
}
