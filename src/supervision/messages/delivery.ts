import {
  SEND_LOOKUPS_MAX,
  SEND_PAUSE_MS,
  SEND_RETRY_FIRST_MS,
  SEND_RETRY_MS_MAX,
  SEND_TRIES_MAX,
} from '#libs/contracts/limits/messages';
import type { MessageAction } from '#libs/contracts/content';
import { EXPIRED_MESSAGE, type MessageView, UNCERTAIN_MESSAGE } from '#libs/contracts/message';
import type { AckLevel, SessionRefusal } from '#libs/contracts/session';
import type { Clock, MediaFiles, MessageClaim, MessageStore, OutboxMessage, SendOutcome } from '../ports.js';
import type { AccountSession } from '../session/account-session.js';
import type { Flight, Word } from './flight.js';
import { actionOf, isAction, isMedia, outgoingOf } from './outgoing.js';
import type { StoreRetry } from './store-retry.js';

export interface DeliveryWorld {
  readonly accountId: string;
  readonly epoch: number;
  readonly clock: Clock;
  readonly messages: MessageStore;
  readonly media: MediaFiles;
  readonly store: StoreRetry;
  readonly flight: Flight;
  /** This session is still the one to send by, and may be asked. */
  readonly isCurrent: (session: AccountSession) => boolean;
  readonly onHandOver: () => void;
  /** Brings what was done to a message to its row; resolves when that is committed. */
  readonly onActed: (action: MessageAction) => Promise<void>;
  readonly onChanged: (message: MessageView) => void;
}

/**
 * What became of a message. `settled`: nothing more is to be done for it. `held`: it waits until then, and its chat with
 * it. `later`: it could not be brought further now, through no fault of its own, and stays where it is.
 */
export type Progress = 'settled' | 'later' | { readonly heldUntil: number };

/** A message with a committed claim of this life, not handed over yet. */
export type ClaimedMessage = OutboxMessage & { readonly claimed: true };

/** The provider has, or may have, the message that this one is about; or it is about none. */
export const isTargetThere = ({ target }: OutboxMessage): boolean =>
  target === null || (target.providerMessageId !== null && !['queued', 'sending', 'failed'].includes(target.status));

/** When a message that was claimed so often may be tried again. */
export const retryAt = (now: number, tries: number): number =>
  now + Math.min(SEND_RETRY_FIRST_MS * 2 ** (tries - 1), SEND_RETRY_MS_MAX);

/**
 * Brings one message as far as it comes. Retried is only what is proven unsent: the session said that nothing was sent, or
 * the provider does not know the id. Everything else is looked up until there is an answer, or none: `uncertain`.
 */
export class Delivery {
  constructor(private readonly world: DeliveryWorld) {}

  deliver(message: OutboxMessage | ClaimedMessage, by: AccountSession): Promise<Progress> {
    const waits = this.waitsForTarget(message);
    if (waits) return waits;
    if (isAction(message)) return this.act(message, by);
    if ('claimed' in message) return this.handOver(message, by);
    // Has an id: it was claimed before, and may have been handed over.
    if (message.providerMessageId !== null) return this.readBack(message, message.providerMessageId, by);
    throw new Error(`the message ${message.id} was given to be delivered without a claim`);
  }

  /** False: settled meanwhile, or claimed under another id; the next reading of the outbox tells. */
  async claim(
    message: OutboxMessage,
    { providerMessageId, isUnknown }: Pick<MessageClaim, 'providerMessageId' | 'isUnknown'>,
  ): Promise<ClaimedMessage | null> {
    const { accountId, epoch, messages, store, clock } = this.world;
    const tries = message.tries + 1;
    const nextAttemptAt = retryAt(clock.now(), tries);
    const claim: MessageClaim = { messageId: message.id, providerMessageId, nextAttemptAt, isUnknown };
    const claimed = await store.insist('claim message', () => messages.claim(accountId, epoch, [claim]));
    return claimed.has(message.id) ? { ...message, providerMessageId, tries, status: 'sending', claimed: true } : null;
  }

  fail(message: OutboxMessage, code: string, text: string): Promise<Progress> {
    return this.settle(message, { status: 'failed', at: this.world.clock.now(), error: { code, message: text } });
  }

  /** We broke on it again and again. One that was claimed may have left all the same. */
  giveUp(message: OutboxMessage): Promise<Progress> {
    const status = message.providerMessageId === null ? 'failed' : 'uncertain';
    return this.settle(message, { status, at: this.world.clock.now(), error: BROKEN });
  }

  isExpired({ expiresAt }: OutboxMessage): boolean {
    return this.world.clock.now() > expiresAt;
  }

  /** Null: it needn't wait for the message that it is about. */
  private waitsForTarget(message: OutboxMessage): Promise<Progress> | null {
    if (message.target?.status === 'failed') return this.fail(message, TARGET_NOT_SENT.code, TARGET_NOT_SENT.message);
    if (isTargetThere(message)) return null;
    return Promise.resolve({ heldUntil: this.world.clock.now() + SEND_PAUSE_MS });
  }

  /** Hands over under a committed id, and waits for the provider's word. */
  private async handOver(message: ClaimedMessage, by: AccountSession): Promise<Progress> {
    if (this.isExpired(message)) return this.fail(message, EXPIRED_MESSAGE.code, EXPIRED_MESSAGE.message);
    const file = isMedia(message) ? await this.fileOf(message) : null;
    if (isMedia(message) && file === null) return this.fail(message, MEDIA_GONE.code, MEDIA_GONE.message);
    if (!this.world.isCurrent(by)) return 'later';
    const providerMessageId = message.providerMessageId!;
    const word = this.world.flight.listen(providerMessageId);
    this.world.onHandOver();
    const answer = await by.ask('send', {
      providerMessageId,
      to: message.chatId,
      content: outgoingOf(message, file),
      quoted: message.target?.providerMessageId ?? null,
    });
    if (answer.ok) return this.conclude(message, await word.promise);
    word.cancel();
    return this.refused(message, answer.why, answer.detail);
  }

  /** Reactions, edits and revokes have no id to look up, and may be repeated without harm. */
  private async act(message: OutboxMessage, by: AccountSession): Promise<Progress> {
    if (this.isExpired(message)) return this.fail(message, EXPIRED_MESSAGE.code, EXPIRED_MESSAGE.message);
    if (message.tries >= SEND_TRIES_MAX) return this.settleUncertain(message);
    const claimed = await this.claim(message, { providerMessageId: null });
    if (!claimed) return 'settled';
    if (!this.world.isCurrent(by)) return 'later';
    this.world.onHandOver();
    const action = actionOf(message, message.target!.providerMessageId!);
    const answer = await by.ask('act', { to: message.chatId, action });
    if (!answer.ok) return this.refused(claimed, answer.why, answer.detail);
    // First, since it may be done again: a crash in between leaves both to the next try.
    await this.world.onActed(action);
    return this.settle(message, { status: 'sent', at: this.world.clock.now() });
  }

  /** A claimed message: what does the provider know of it? */
  private async readBack(message: OutboxMessage, providerMessageId: string, by: AccountSession): Promise<Progress> {
    for (let lookup = 1; lookup <= SEND_LOOKUPS_MAX; lookup += 1) {
      const word = this.world.flight.listen(providerMessageId);
      const answer = await by.ask('lookup', { providerMessageId, to: message.chatId });
      if (!this.world.isCurrent(by) || (!answer.ok && (answer.why === 'gone' || answer.why === 'not_ready'))) {
        word.cancel();
        return 'later';
      }
      if (answer.ok && answer.value.level !== 'pending') {
        word.cancel();
        return this.goOnFrom(message, providerMessageId, answer.value.level, by);
      }
      const spoken = await word.promise;
      if (spoken) return this.conclude(message, spoken);
      if (!this.world.isCurrent(by)) return 'later';
    }
    return this.settleUncertain(message);
  }

  private async goOnFrom(
    message: OutboxMessage,
    id: string,
    level: Word['level'] | null,
    by: AccountSession,
  ): Promise<Progress> {
    if (level === 'refused') return this.fail(message, 'refused', REFUSED);
    if (level !== null) return this.acknowledge(id, level);
    if (message.tries >= SEND_TRIES_MAX) return this.fail(message, 'not_sent', NOT_SENT);
    if (this.isExpired(message)) return this.fail(message, EXPIRED_MESSAGE.code, EXPIRED_MESSAGE.message);
    const { nextAttemptAt } = message;
    if (nextAttemptAt !== null && nextAttemptAt > this.world.clock.now())
      return this.postpone(message, nextAttemptAt, { code: 'not_sent', message: NOT_THERE });
    const claimed = await this.claim(message, { providerMessageId: id, isUnknown: true });
    return claimed ? this.handOver(claimed, by) : 'settled';
  }

  /** After a hand-over: the provider's word, null when there was none in time. */
  conclude(message: OutboxMessage, word: Word | null): Promise<Progress> | Progress {
    if (!word) return 'later';
    return word.level === 'refused' ? this.fail(message, 'refused', word.detail ?? REFUSED) : 'settled';
  }

  /** After a hand-over: which of these say that nothing was sent? */
  async refused(message: OutboxMessage, why: SessionRefusal, detail: string): Promise<Progress> {
    if (why === 'bad_recipient' || why === 'unsupported') return this.fail(message, why, detail);
    if (why !== 'rejected') return 'later'; // perhaps it was: it is looked up, or done again if it may be
    if (message.tries >= SEND_TRIES_MAX) return this.fail(message, why, detail);
    return this.postpone(message, retryAt(this.world.clock.now(), message.tries), { code: why, message: detail });
  }

  /** Proven unsent: back into the queue until then. */
  async postpone(
    message: OutboxMessage,
    nextAttemptAt: number,
    error: { readonly code: string; readonly message: string },
  ): Promise<Progress> {
    const { accountId, epoch, messages, store, onChanged } = this.world;
    const until = { tries: message.tries, nextAttemptAt, error };
    const view = await store.insist('postpone message', () => messages.postpone(accountId, epoch, message.id, until));
    if (view) onChanged(view);
    return { heldUntil: nextAttemptAt };
  }

  private async acknowledge(providerMessageId: string, level: Exclude<AckLevel, 'pending'>): Promise<Progress> {
    const { accountId, epoch, messages, store, clock, onChanged } = this.world;
    const ack = { providerMessageId, level, at: clock.now() };
    const views = await store.insist('acknowledge message', () => messages.acknowledge(accountId, epoch, [ack]));
    for (const view of views) onChanged(view);
    return 'settled';
  }

  private settleUncertain(message: OutboxMessage): Promise<Progress> {
    return this.settle(message, { status: 'uncertain', at: this.world.clock.now(), error: UNCERTAIN_MESSAGE });
  }

  private async settle(message: OutboxMessage, outcome: SendOutcome): Promise<Progress> {
    const { accountId, epoch, messages, store, onChanged } = this.world;
    const view = await store.insist('settle message', () => messages.settle(accountId, epoch, message.id, outcome));
    if (view) onChanged(view);
    return 'settled';
  }

  private fileOf({ mediaId }: OutboxMessage): ReturnType<MediaFiles['fileOf']> {
    const { store, media } = this.world;
    return mediaId === null ? Promise.resolve(null) : store.insist('find file', () => media.fileOf(mediaId));
  }
}

const REFUSED = 'The provider refused the message.';
const NOT_SENT = `The provider did not take the message in ${SEND_TRIES_MAX} tries.`;
const NOT_THERE = 'The provider does not have it yet; it is handed over again.';
const MEDIA_GONE = { code: 'media_gone', message: 'Its file is not kept any more.' } as const;
const TARGET_NOT_SENT = { code: 'target_not_sent', message: 'The message that this is about was never sent.' } as const;
const BROKEN = {
  code: 'internal_error',
  message: 'Muster broke while it sent this message. The log says how; please report it.',
} as const;
