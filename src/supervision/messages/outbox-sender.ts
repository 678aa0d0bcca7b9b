import { textContent } from '#libs/contracts/content';
import {
  ACKNOWLEDGEMENT_MS_MAX,
  MESSAGE_TTL_MS,
  OUTBOX_READ_AHEAD_MAX,
  SEND_LOOKUPS_MAX,
  SEND_PAUSE_MS,
  SEND_TRIES_MAX,
} from '#libs/contracts/limits';
import { EXPIRED_MESSAGE, type MessageView } from '#libs/contracts/message';
import type { AckLevel, SessionRefusal } from '#libs/contracts/session';
import type { AccountSession } from '../session/account-session.js';
import type { Clock, MessageStore, OutboxMessage, SendOutcome, SupervisionLog } from '../ports.js';
import { createSignal, type Signal } from '../signal.js';
import { type StoreRetry, WriteAbandoned } from './store-retry.js';

export interface SenderWorld {
  readonly accountId: string;
  readonly epoch: number;
  readonly clock: Clock;
  readonly messages: MessageStore;
  readonly store: StoreRetry;
  readonly log: SupervisionLog;
  readonly onChanged: (message: MessageView) => void;
}

/** The provider's word on the message in flight. */
interface Word {
  readonly level: Exclude<AckLevel, 'pending'> | 'refused';
  readonly detail: string | undefined;
}

/** `later`: it could not be brought further now and stays where it is. */
type Progress = 'settled' | 'later';

/**
 * Sends one account's messages: first in, first out, one in flight.
 *
 * The protocol, so that a crash at any line neither loses nor doubles a message:
 * 1. fix the provider's id (`prepare`) and commit it with the status `sending` (`claim`);
 * 2. hand the message over under that id;
 * 3. `sent` only when the provider acknowledges. A claimed message without acknowledgement, after a crash or a wait that
 *    took too long, is looked up by its id: known → done, or waited for; unknown → handed over again *under the same id*.
 * `uncertain` is the last word when look-ups have no answer: told, never resent.
 */
export class OutboxSender {
  private session: AccountSession | null = null;
  private flight: { readonly providerMessageId: string; readonly word: Signal<Word> } | null = null;
  private running = false;
  private stopped = false;
  /** Nothing new is begun. */
  private paused = false;
  /** Whoever waits for the end of what is under way. */
  private drained: Signal<true> | null = null;
  /** The pause before the outbox goes on. */
  private pausing: Signal<never> | null = null;
  /** Something may wait: set by whoever knows of it, cleared by reading. */
  private woken: boolean;

  constructor(
    private readonly world: SenderWorld,
    outboxEmpty: boolean,
  ) {
    this.woken = !outboxEmpty;
  }

  /** The account is online with this session; null: it is not. */
  use(session: AccountSession | null): void {
    this.session = session;
    // Whoever waits for a word of an ended session waits in vain; the read-back of the next one tells.
    if (session) this.begin();
    else this.flight?.word.cancel();
  }

  /** There may be something to send. */
  wake(): void {
    this.woken = true;
    this.begin();
  }

  /** The provider spoke of a message; its status is committed already, unless it was refused. */
  heard(providerMessageId: string, level: AckLevel | 'refused', detail?: string): void {
    if (this.flight?.providerMessageId === providerMessageId && level !== 'pending')
      this.flight.word.give({ level, detail });
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
  }

  private begin(): void {
    if (this.running || !this.woken || !this.session || this.stopped) return;
    this.running = true;
    void this.run();
  }

  private async run(): Promise<void> {
    try {
      while (this.session && !this.stopped && !this.paused && this.woken) await this.sendOrSay(this.session);
    } finally {
      this.running = false;
      this.drained?.give(true);
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
      await this.pause();
    }
  }

  /** A moment before the outbox goes on, cut short by `stop`. */
  private async pause(): Promise<void> {
    if (this.stopped) return;
    this.pausing = createSignal<never>(this.world.clock, SEND_PAUSE_MS);
    await this.pausing.promise;
    this.pausing = null;
  }

  private async sendPending(by: AccountSession): Promise<void> {
    const { accountId, messages, store } = this.world;
    this.woken = false;
    const batch = await store.insist('read outbox', () => messages.pending(accountId, OUTBOX_READ_AHEAD_MAX));
    for (const message of batch) {
      if (!this.isCurrent(by) || this.paused) break;
      if ((await this.deliver(message, by)) === 'settled') continue;
      await this.pause();
      break;
    }
    if (batch.length > 0) this.woken = true;
  }

  private async deliver(message: OutboxMessage, by: AccountSession): Promise<Progress> {
    if (message.status === 'sending') return this.readBack(message, message.providerMessageId!, by);
    if (this.isExpired(message)) return this.fail(message, EXPIRED_MESSAGE.code, EXPIRED_MESSAGE.message);
    const prepared = await by.ask('prepare', { messageId: message.id, to: message.chatId });
    if (prepared.ok) return this.handOver(message, prepared.value.providerMessageId, by);
    return isFinal(prepared.why) ? this.fail(message, prepared.why, prepared.detail) : 'later';
  }

  /** Hands over under a committed id, and waits for the provider's word. */
  private async handOver(message: OutboxMessage, providerMessageId: string, by: AccountSession): Promise<Progress> {
    const { accountId, epoch, messages, store } = this.world;
    const claim = (): Promise<boolean> => messages.claim(accountId, epoch, message.id, providerMessageId);
    // Acknowledged since it was read, or claimed under another id: the next reading of the outbox tells.
    if (!(await store.insist('claim message', claim))) return 'settled';
    if (!this.isCurrent(by)) return 'later';
    const word = this.listen(providerMessageId);
    const answer = await by.ask('send', {
      providerMessageId,
      to: message.chatId,
      content: textContent(message.text),
      quoted: null,
    });
    if (answer.ok) return this.conclude(message, await word.promise);
    word.cancel();
    return isFinal(answer.why) ? this.fail(message, answer.why, answer.detail) : 'later';
  }

  /** A claimed message: what does the provider know of it? */
  private async readBack(message: OutboxMessage, providerMessageId: string, by: AccountSession): Promise<Progress> {
    for (let lookup = 1; lookup <= SEND_LOOKUPS_MAX; lookup += 1) {
      const word = this.listen(providerMessageId);
      const answer = await by.ask('lookup', { providerMessageId, to: message.chatId });
      if (!this.isCurrent(by) || (!answer.ok && (answer.why === 'gone' || answer.why === 'not_ready'))) {
        word.cancel();
        return 'later';
      }
      if (answer.ok && answer.value.level !== 'pending') {
        word.cancel();
        return this.act(message, providerMessageId, answer.value.level, by);
      }
      const spoken = await word.promise;
      if (spoken) return this.conclude(message, spoken);
      if (!this.isCurrent(by)) return 'later';
    }
    return this.settle(message, { status: 'uncertain', at: this.world.clock.now(), error: UNCERTAIN });
  }

  private async act(
    message: OutboxMessage,
    id: string,
    level: Word['level'] | null,
    by: AccountSession,
  ): Promise<Progress> {
    if (level === 'refused') return this.fail(message, 'refused', REFUSED);
    if (level !== null) return this.acknowledge(id, level);
    if (message.tries >= SEND_TRIES_MAX) return this.fail(message, 'not_sent', NOT_SENT);
    if (this.isExpired(message)) return this.fail(message, EXPIRED_MESSAGE.code, EXPIRED_MESSAGE.message);
    return this.handOver(message, id, by);
  }

  private conclude(message: OutboxMessage, word: Word | null): Promise<Progress> | Progress {
    if (!word) return 'later';
    return word.level === 'refused' ? this.fail(message, 'refused', word.detail ?? REFUSED) : 'settled';
  }

  private listen(providerMessageId: string): Signal<Word> {
    const word = createSignal<Word>(this.world.clock, ACKNOWLEDGEMENT_MS_MAX);
    this.flight = { providerMessageId, word };
    return word;
  }

  private async acknowledge(providerMessageId: string, level: AckLevel): Promise<Progress> {
    const { accountId, epoch, messages, store, clock, onChanged } = this.world;
    const view = await store.insist('acknowledge message', () =>
      messages.acknowledge(accountId, epoch, providerMessageId, level, clock.now()),
    );
    if (view) onChanged(view);
    return 'settled';
  }

  private fail(message: OutboxMessage, code: string, text: string): Promise<Progress> {
    return this.settle(message, { status: 'failed', at: this.world.clock.now(), error: { code, message: text } });
  }

  private async settle(message: OutboxMessage, outcome: SendOutcome): Promise<Progress> {
    const { accountId, epoch, messages, store, onChanged } = this.world;
    const view = await store.insist('settle message', () => messages.settle(accountId, epoch, message.id, outcome));
    if (view) onChanged(view);
    return 'settled';
  }

  private isCurrent(session: AccountSession): boolean {
    return this.session === session && !this.stopped;
  }

  private isExpired(message: OutboxMessage): boolean {
    return this.world.clock.now() - message.createdAt > MESSAGE_TTL_MS;
  }
}

/** Nothing was sent, and asking again would not help. */
const isFinal = (why: SessionRefusal): boolean =>
  why === 'bad_recipient' || why === 'unsupported' || why === 'rejected';

const REFUSED = 'The provider refused the message.';
const NOT_SENT = `The provider did not take the message in ${SEND_TRIES_MAX} tries.`;
const UNCERTAIN = {
  code: 'uncertain',
  message: 'The provider neither confirmed nor denied this message. Ask the recipient before sending it again.',
};
