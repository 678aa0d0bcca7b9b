import {
  CATCH_UP_AGAIN_MS,
  CATCH_UP_OVERLAP_MS,
  CATCH_UP_PAGES_MAX,
  CATCH_UP_RETRY_MS,
  CATCH_UP_TRIES_MAX,
} from '#libs/contracts/limits/messages';
import type { SessionOrders } from '#libs/contracts/session';
import type { InboxPosition, InboxStore } from '../inbox-ports.js';
import type { Clock, SupervisionLog } from '../ports.js';
import type { AccountSession } from '../session/account-session.js';
import { createSignal, type Signal } from '../signal.js';
import type { MessageDesk } from './message-desk.js';
import { type StoreRetry, WriteAbandoned } from './store-retry.js';
import type { Turns } from './turns.js';

type Ask = SessionOrders['catchUp']['ask'];

export interface CatchUpWorld {
  readonly accountId: string;
  readonly epoch: number;
  readonly clock: Clock;
  readonly inbox: InboxStore;
  readonly store: StoreRetry;
  readonly desk: MessageDesk;
  readonly turns: Turns;
  readonly log: SupervisionLog;
  /** Can the driver tell anything again? */
  readonly isPossible: boolean;
  /** What the store knew when the account came back. */
  readonly onPosition: (position: InboxPosition) => void;
}

/**
 * Has the session tell again what came in while nobody listened: after each return of the connection, and when more came
 * in at once than could be written. What is known already changes nothing the second time.
 *
 * Where to begin is in the store: a moment up to which everything is known (`heardUntil`), and later ones of single chats.
 * They move only with what comes in while the account is caught up, or when a catch-up has told all; so what is cut off by
 * a crash, an end of the session or a full desk is told again from the old place. At its first connection an account has no
 * such moment: it begins then, and nothing from before is brought in.
 */
export class CatchUp {
  /** Everything up to now is known, or on its way to the desk. */
  isDone = false;
  private session: AccountSession | null = null;
  private running = false;
  private again = false;
  private pausing: Signal<never> | null = null;
  /** Of a catch-up that was cut off while the session went on. */
  private timer: unknown = null;

  constructor(private readonly world: CatchUpWorld) {}

  /** The account is online with this session; null: it is not. */
  use(session: AccountSession | null): void {
    if (session === this.session) return;
    this.session = session;
    this.isDone = false;
    this.pausing?.cancel();
    this.forgetTimer();
    if (session) this.begin();
  }

  /** The desk has refused something. */
  begin(): void {
    this.isDone = false;
    this.again = true;
    this.forgetTimer();
    if (this.running || !this.session) return;
    this.running = true;
    void this.run();
  }

  stop(): void {
    this.use(null);
  }

  private async run(): Promise<void> {
    try {
      while (this.again && this.session) {
        this.again = false;
        await this.catchUp(this.session);
      }
    } catch (err) {
      const { log, accountId } = this.world;
      if (!(err instanceof WriteAbandoned))
        log.error({ err, accountId }, 'a catch-up failed; the next connection brings it');
    } finally {
      this.running = false;
    }
  }

  private async catchUp(session: AccountSession): Promise<void> {
    const { accountId, epoch, clock, inbox, store, desk, turns } = this.world;
    const from = clock.now();
    await desk.written(); // so all that was said before `from` is stored, or is told again
    const position = await store.insist('read where a catch-up begins', () => inbox.position(accountId));
    this.world.onPosition(position);
    desk.reopen();
    if (this.world.isPossible && position.heardUntil !== null) {
      const first = firstAsk(position.heardUntil, position);
      if (!(await turns.within(() => this.tellAll(session, first)))) return this.goOnLater(session);
    }
    await store.insist('note what is caught up', () => inbox.heardUntil(accountId, epoch, from));
    this.isDone = this.session === session && !this.again;
  }

  /** Page by page; true when there is no more. A page that did not fit on the desk is told again. */
  private async tellAll(session: AccountSession, first: Ask): Promise<boolean> {
    const { desk, log, accountId } = this.world;
    let ask: Ask = first;
    let refused = 0;
    for (let page = 1; page <= CATCH_UP_PAGES_MAX && this.session === session; page += 1) {
      const answer = await session.ask('catchUp', ask);
      await desk.written();
      if (this.session !== session) return false;
      if (answer.ok && !desk.isFull) {
        refused = 0;
        if (answer.value.more.length === 0) return true;
        ask = { chats: answer.value.more, otherwiseAfterMs: null };
      } else if (answer.ok) {
        desk.reopen();
      } else if (answer.why === 'gone' || answer.why === 'not_ready' || (refused += 1) >= CATCH_UP_TRIES_MAX) {
        log.warn({ accountId, why: answer.why, detail: answer.detail }, 'a catch-up was cut off; it goes on later');
        return false;
      } else await this.pause();
    }
    if (this.session === session) log.warn({ accountId }, 'a catch-up is too long; it goes on later');
    return false;
  }

  private goOnLater(session: AccountSession): void {
    if (this.session !== session || this.again) return;
    this.timer = this.world.clock.setTimeout(() => this.begin(), CATCH_UP_AGAIN_MS);
  }

  private forgetTimer(): void {
    if (this.timer !== null) this.world.clock.clearTimeout(this.timer);
    this.timer = null;
  }

  private async pause(): Promise<void> {
    this.pausing = createSignal<never>(this.world.clock, CATCH_UP_RETRY_MS);
    await this.pausing.promise;
    this.pausing = null;
  }
}

/** Clocks differ, and a time may stand for several messages: a little is told again that is known. */
const firstAsk = (heardUntil: number, { chats }: InboxPosition): Ask => ({
  chats: chats.map(({ chatId, afterMs }) => ({ chatId, afterMs: afterMs - CATCH_UP_OVERLAP_MS })),
  otherwiseAfterMs: heardUntil - CATCH_UP_OVERLAP_MS,
});
