import { CLAIM_AHEAD_MAX, SEND_IN_TURN_MAX } from '#libs/contracts/limits/messages';
import { EXPIRED_MESSAGE } from '#libs/contracts/message';
import type { SessionAnswer } from '#libs/contracts/session';
import type { OutboxMessage } from '../ports.js';
import type { AccountSession } from '../session/account-session.js';
import { type ClaimedMessage, type Delivery, type DeliveryWorld, isTargetThere, retryAt } from './delivery.js';
import type { OutboxQueue } from './outbox-queue.js';
import { isAction, isPlainText } from './outgoing.js';

/**
 * Prepares and claims messages while the one before them is on its way, several in one commit, so that our own commits
 * hide behind the provider's answer. It is safe: a claim says no more than that a message may have been handed over under
 * this id. After a crash each that was claimed is looked up first, and one that never left is unknown to the provider.
 * What was claimed and is not to go now (a pause, a chat that waits) is put back.
 *
 * What was accepted under a lease is not claimed ahead, but alone and when it is its turn: the claim is where it is seen
 * that the lease lives, and may not be older than the hand-over by more than its own commit.
 */
export class ClaimsAhead {
  private ready: ClaimedMessage[] = [];
  /** Whoever takes next waits for it, and hears of its failure. */
  private coming: Promise<void> | null = null;
  /** There was no line to prepare one: nothing behind it may go before it. */
  private stalled = false;
  /** How often in a row the session had no answer, by chat: few, and forgotten with the account's life here. */
  private readonly unanswered = new Map<string, number>();

  constructor(
    private readonly world: DeliveryWorld,
    private readonly queue: OutboxQueue,
    private readonly delivery: Delivery,
  ) {}

  /** Begins to claim those that can go next, before the last of those that are claimed has gone. */
  begin(by: AccountSession): void {
    if (this.coming || this.ready.length > CLAIM_AHEAD_MAX / 2) return;
    const coming = (this.coming = this.claim(by, this.takeFresh(CLAIM_AHEAD_MAX)));
    const onClaimed = (): void => void (this.coming === coming && (this.coming = null));
    coming.then(onClaimed, () => undefined); // of its failure the next who takes hears
  }

  /**
   * The next that is claimed, up to `together` in one commit when there was none yet. `none`: what comes next, if anything,
   * is not for claiming ahead. `later`: not now.
   */
  async take(by: AccountSession, together: number): Promise<ClaimedMessage | 'none' | 'later'> {
    if (this.ready.length === 0) await this.settle();
    for (;;) {
      const next = this.ready.shift();
      if (next) return next;
      if (this.stalled) {
        this.stalled = false;
        return 'later';
      }
      const first = this.queue.peek();
      if (!first || !isFresh(first)) return 'none';
      await this.claim(by, first.isFenced ? [this.queue.take()!] : this.takeFresh(together));
    }
  }

  /** This one and those behind it that can go in turn with it; it alone when there is none, or when it can't. */
  inTurnWith(first: ClaimedMessage, isAlone: (message: ClaimedMessage) => boolean): readonly ClaimedMessage[] {
    const canGo = (message: ClaimedMessage): boolean =>
      isPlainText(message) && !this.delivery.isExpired(message) && !isAlone(message);
    if (!canGo(first)) return [first];
    const end = this.ready.findIndex((message) => !canGo(message));
    const behind = Math.min(end < 0 ? this.ready.length : end, SEND_IN_TURN_MAX - 1);
    return [first, ...this.ready.splice(0, behind)];
  }

  /** They were taken, and are not to go now. */
  giveBack(messages: readonly ClaimedMessage[]): void {
    this.ready.unshift(...messages);
  }

  /** Puts back what is claimed and was not handed over. */
  async putBack(which: (message: ClaimedMessage) => boolean = () => true): Promise<void> {
    await this.settle();
    const back = this.ready.filter(which);
    this.ready = this.ready.filter((message) => !which(message));
    const { accountId, epoch, messages, store, clock } = this.world;
    for (const { id, tries } of back) {
      const until = { tries, nextAttemptAt: clock.now(), error: null };
      await store.insist('put message back', () => messages.postpone(accountId, epoch, id, until));
    }
  }

  private async settle(): Promise<void> {
    const coming = this.coming;
    this.coming = null;
    await coming;
  }

  private async claim(by: AccountSession, fresh: readonly OutboxMessage[]): Promise<void> {
    const prepared = await this.prepare(by, fresh);
    if (prepared.length === 0) return;
    const { accountId, epoch, messages, store, clock } = this.world;
    const claims = prepared.map(({ id, providerMessageId, tries }) => {
      return { messageId: id, providerMessageId, nextAttemptAt: retryAt(clock.now(), tries) };
    });
    const claimed = await store.insist('claim messages', () => messages.claim(accountId, epoch, claims));
    this.ready.push(...prepared.filter(({ id }) => claimed.has(id)));
  }

  /** Those at the head of the queue that were never claimed, and belong to no lease. */
  private takeFresh(max: number): readonly OutboxMessage[] {
    const fresh: OutboxMessage[] = [];
    const isNext = (next: OutboxMessage | null): boolean => next !== null && isFresh(next) && !next.isFenced;
    while (fresh.length < max && isNext(this.queue.peek())) fresh.push(this.queue.take()!);
    return fresh;
  }

  /**
   * Fixes the provider’s ids. What the session has no answer for holds up its chat alone: the page may have trouble with
   * that one. From the first one on that can't be prepared because there is no line now, all are left for the next reading.
   */
  private async prepare(by: AccountSession, fresh: readonly OutboxMessage[]): Promise<readonly ClaimedMessage[]> {
    const prepared: ClaimedMessage[] = [];
    const held = new Set<string>();
    const answers = await Promise.all(fresh.map((message) => this.ask(by, message)));
    for (const [at, message] of fresh.entries()) {
      const answer = answers[at]!;
      if (held.has(message.chatId)) continue;
      if (answer === 'expired') await this.delivery.fail(message, EXPIRED_MESSAGE.code, EXPIRED_MESSAGE.message);
      else if (answer.ok) prepared.push(this.claimedAs(message, answer.value.providerMessageId));
      else if (answer.why === 'bad_recipient' || answer.why === 'unsupported' || answer.why === 'rejected')
        await this.delivery.fail(message, answer.why, answer.detail);
      else if (answer.why === 'unanswered' && this.world.isCurrent(by)) {
        held.add(message.chatId);
        await this.holdChat(message, answer.detail);
      } else {
        this.stalled = true;
        this.queue.fill([]);
        break;
      }
    }
    return prepared;
  }

  private claimedAs(message: OutboxMessage, providerMessageId: string): ClaimedMessage {
    this.unanswered.delete(message.chatId);
    return { ...message, providerMessageId, tries: message.tries + 1, status: 'sending', claimed: true };
  }

  /** It was not handed over, so this is no try: it waits as long as it is wanted, longer from time to time. */
  private async holdChat(message: OutboxMessage, detail: string): Promise<void> {
    const { chatId } = message;
    const times = (this.unanswered.get(chatId) ?? 0) + 1;
    this.unanswered.set(chatId, times);
    const until = retryAt(this.world.clock.now(), times);
    this.queue.hold(chatId, until);
    await this.delivery.postpone(message, until, { code: 'unanswered', message: detail });
  }

  private async ask(
    by: AccountSession,
    message: OutboxMessage,
  ): Promise<SessionAnswer<{ providerMessageId: string }> | 'expired'> {
    if (this.delivery.isExpired(message)) return 'expired';
    return by.ask('prepare', { messageId: message.id, to: message.chatId });
  }
}

/** Nothing is known of it at the provider, and what it answers is there. */
const isFresh = (message: OutboxMessage): boolean =>
  message.status === 'queued' && message.providerMessageId === null && isTargetThere(message) && !isAction(message);
