import { RECEIPTS_ASKED_AFTER_MS, RECEIPTS_ASKED_MAX, RECEIPTS_ASKED_SINCE_MS } from '#libs/contracts/limits/messages';
import type { DriverCapability } from '#libs/contracts/capabilities';
import type { AckLevel } from '#libs/contracts/session';
import type { Clock, MessageStore, SupervisionLog, UnreadMessage } from '../ports.js';
import type { AccountSession } from '../session/account-session.js';
import { type StoreRetry, WriteAbandoned } from './store-retry.js';
import type { Turns } from './turns.js';

export interface MissedReceiptsWorld {
  readonly clock: Clock;
  readonly messages: MessageStore;
  readonly catchUps: Turns;
  readonly log: SupervisionLog;
}

export interface MissedReceiptsOwner {
  readonly accountId: string;
  readonly store: StoreRetry;
  readonly can: ReadonlySet<DriverCapability>;
}

/**
 * A provider says once that a message was delivered or read, to whoever listens then. So each new session is asked, a moment
 * after it is online, how far the latest messages have come. A session that was degraded has listened all the while.
 */
export class MissedReceipts {
  private session: AccountSession | null = null;
  private done: AccountSession | null = null;
  private timer: unknown = null;

  constructor(
    private readonly world: MissedReceiptsWorld,
    private readonly owner: MissedReceiptsOwner,
    /** Resolves when it is taken down. */
    private readonly take: (providerMessageId: string, level: AckLevel) => Promise<void>,
  ) {}

  /** The account is online with this session; null: it is not. */
  use(session: AccountSession | null): void {
    if (session === this.session) return;
    this.session = session;
    const { clock } = this.world;
    if (this.timer !== null) clock.clearTimeout(this.timer);
    this.timer = null;
    if (!session || session === this.done || !this.owner.can.has('lookup')) return;
    this.timer = clock.setTimeout(() => {
      this.timer = null;
      void this.askOrSay(session);
    }, RECEIPTS_ASKED_AFTER_MS);
  }

  private async askOrSay(session: AccountSession): Promise<void> {
    const { accountId } = this.owner;
    try {
      if (this.session === session && (await this.askAll(session))) this.done = session;
    } catch (err) {
      if (!(err instanceof WriteAbandoned))
        this.world.log.error(
          { err, accountId },
          'it could not be asked how far messages have come; the next session is',
        );
    }
  }

  /** False when it was cut off. */
  private async askAll(session: AccountSession): Promise<boolean> {
    const { clock, messages, catchUps } = this.world;
    const { accountId, store } = this.owner;
    const since = clock.now() - RECEIPTS_ASKED_SINCE_MS;
    const read = (): ReturnType<MessageStore['unreadSince']> =>
      messages.unreadSince(accountId, since, RECEIPTS_ASKED_MAX);
    const unread = await store.insist('read which receipts may be missing', read);
    return unread.length === 0 || catchUps.within(() => this.askEach(session, unread));
  }

  private async askEach(session: AccountSession, unread: readonly UnreadMessage[]): Promise<boolean> {
    for (const message of unread) if (this.session !== session || !(await this.ask(session, message))) return false;
    return true;
  }

  private async ask(session: AccountSession, { providerMessageId, chatId, status }: UnreadMessage): Promise<boolean> {
    const answer = await session.ask('lookup', { providerMessageId, to: chatId });
    if (!answer.ok) return false;
    const { level } = answer.value;
    if (level === 'read' || (level === 'delivered' && status === 'sent')) await this.take(providerMessageId, level);
    return true;
  }
}
