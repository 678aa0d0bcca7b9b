import { SEND_PAUSE_MS } from '#libs/contracts/limits/messages';
import type { AckLevel } from '#libs/contracts/session';
import type { Clock, SupervisionLog } from '../ports.js';
import type { AccountSession } from '../session/account-session.js';
import { createSignal, type Signal } from '../signal.js';
import type { Dispatch, DispatchWorld } from './dispatch.js';
import { WriteAbandoned } from './store-retry.js';

/** What its dispatch has to know of a sender. */
export type SenderState = Pick<DispatchWorld, 'isCurrent' | 'isPaused' | 'isStopped' | 'onlineUntil'>;

export interface SenderWorld {
  readonly accountId: string;
  readonly clock: Clock;
  readonly log: SupervisionLog;
  readonly makeDispatch: (state: SenderState) => Dispatch;
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
 *
 * Here is when it sends; how is in dispatch.ts, which is there only once there was something to send: most of thousands
 * of accounts have nothing.
 */
export class OutboxSender {
  private session: AccountSession | null = null;
  private dispatch: Dispatch | null = null;
  private running = false;
  private stopped = false;
  /** Nothing new is begun. */
  private paused = false;
  /** Whoever waits for the end of what is under way. */
  private drained: Signal<true> | null = null;
  /** Until a chat that waits may go on, or what waits is woken before. */
  private resting: Signal<never> | null = null;
  /** Something may wait: set by whoever knows of it, cleared by reading. */
  private woken: boolean;
  private onlineUntil: number | null = null;

  constructor(
    private readonly world: SenderWorld,
    outboxEmpty: boolean,
  ) {
    this.woken = !outboxEmpty;
  }

  /** The account is online with this session; null: it is not. */
  use(session: AccountSession | null): void {
    if (this.session && !session) this.onlineUntil = this.world.clock.now();
    this.session = session;
    if (session) return this.begin();
    this.dispatch?.sessionEnded();
    this.resting?.cancel();
  }

  /** There may be something to send. */
  wake(): void {
    this.woken = true;
    this.begin();
  }

  /** The outbox was paused or resumed, as committed: what was read before counts no more. */
  outboxChanged(): void {
    this.dispatch?.outboxChanged();
    this.wake();
  }

  /** The provider spoke of a message. */
  heard(providerMessageId: string, level: AckLevel | 'refused', detail?: string): void {
    this.dispatch?.heard(providerMessageId, level, detail);
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
    this.dispatch?.hurry();
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
    this.dispatch?.hurry();
    this.resting?.cancel();
  }

  private begin(): void {
    if (this.running || !this.woken || !this.mayRun()) return;
    this.running = true;
    this.resting?.cancel();
    void this.run((this.dispatch ??= this.world.makeDispatch(this.state())));
  }

  private async run(dispatch: Dispatch): Promise<void> {
    try {
      while (this.session && this.woken && this.mayRun()) await this.sendOrSay(dispatch, this.session);
    } finally {
      this.running = false;
      this.drained?.give(true);
      this.restUntilDue(dispatch);
    }
  }

  /** What fails here is a bug, and must not end the outbox: it is told, and goes on in a moment. */
  private async sendOrSay(dispatch: Dispatch, by: AccountSession): Promise<void> {
    try {
      this.woken = false;
      const isMore = await dispatch.send(by);
      this.woken ||= isMore;
    } catch (error) {
      this.woken = true;
      if (error instanceof WriteAbandoned) return this.stop();
      const { log, accountId } = this.world;
      log.error({ err: error, accountId }, 'the outbox failed; it goes on in a moment');
      await dispatch.pause(SEND_PAUSE_MS);
    }
  }

  /** Nothing can go before the first of the held chats may: then it is looked again. */
  private restUntilDue(dispatch: Dispatch): void {
    const dueAt = dispatch.nextAt();
    if (dueAt === null || this.stopped || this.resting) return;
    if (!this.session) return void (this.woken = true);
    const resting = (this.resting = createSignal<never>(this.world.clock, Math.max(0, dueAt - this.world.clock.now())));
    void resting.promise.then(() => {
      this.resting = null;
      if (!this.stopped) this.wake();
    });
  }

  private mayRun(): boolean {
    return this.session !== null && !this.stopped && !this.paused;
  }

  private state(): SenderState {
    return {
      isCurrent: (session) => this.session === session && !this.stopped,
      isPaused: () => this.paused,
      isStopped: () => this.stopped,
      onlineUntil: () => this.onlineUntil ?? -Infinity,
    };
  }
}
