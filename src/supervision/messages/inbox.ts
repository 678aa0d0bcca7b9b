import type { MessageView } from '#libs/contracts/message';
import type { InboxPosition, InboxStore } from '../inbox-ports.js';
import type { Clock, MediaFiles, SupervisionLog } from '../ports.js';
import type { AccountSession } from '../session/account-session.js';
import { CatchUp } from './catch-up.js';
import { MediaFetcher } from './media-fetcher.js';
import { MessageDesk, type MessageFact } from './message-desk.js';
import type { StoreRetry } from './store-retry.js';
import type { Turns } from './turns.js';

export type InboxEvent =
  | 'message.received'
  | 'message.reacted'
  | 'message.edited'
  | 'message.revoked'
  | 'message.media';

export interface InboxWorld {
  readonly accountId: string;
  readonly epoch: number;
  readonly clock: Clock;
  readonly inbox: InboxStore;
  readonly media: MediaFiles;
  readonly store: StoreRetry;
  readonly log: SupervisionLog;
  /** Shared by the accounts of a node. */
  readonly turns: Turns;
  /** Are files of received messages fetched? */
  readonly fetchesMedia: boolean;
  /** Can the driver tell again what came in? */
  readonly catchesUp: boolean;
  readonly onMessage: (event: InboxEvent, message: MessageView) => void;
}

const TOLD_AS = {
  'driver.reacted': 'message.reacted',
  'driver.edited': 'message.edited',
  'driver.revoked': 'message.revoked',
} as const;

/**
 * What comes in for one account: written down as it is told, asked for again after nobody listened, and its files fetched.
 * Nothing is lost while the provider has it: what the desk has no room for is told again.
 */
export class Inbox {
  private readonly desk: MessageDesk;
  private readonly catchUp: CatchUp;
  /** Made for the first file: most accounts wait for none. */
  private fetcher: MediaFetcher | null = null;
  private session: AccountSession | null = null;

  constructor(private readonly world: InboxWorld) {
    const { accountId, epoch, clock, inbox, store, turns, log, catchesUp } = world;
    this.desk = new MessageDesk({ accountId, log, write: (fact) => this.write(fact) });
    this.catchUp = new CatchUp({
      accountId,
      epoch,
      clock,
      inbox,
      store,
      turns,
      log,
      desk: this.desk,
      isPossible: catchesUp,
      onPosition: (position) => this.onPosition(position),
    });
  }

  /** False: it is lost, and the caller must say so. */
  take(fact: MessageFact): boolean {
    const wasFull = this.desk.isFull;
    if (this.desk.take(fact)) return true;
    if (!this.world.catchesUp) {
      this.desk.reopen();
      return false;
    }
    if (!wasFull) {
      this.world.log.info(
        { accountId: this.world.accountId },
        'more comes in than can be written; it is asked for again',
      );
      this.catchUp.begin();
    }
    return true;
  }

  /** The account is online with this session; null: it is not. */
  use(session: AccountSession | null): void {
    if (session === this.session) return;
    this.session = session;
    this.catchUp.use(session);
    this.fetcher?.use(session);
  }

  /** What was taken is written, or abandoned because the store is away. */
  async stop(): Promise<void> {
    this.use(null);
    await this.desk.stop();
  }

  private async write(fact: MessageFact): Promise<void> {
    const { accountId, epoch, clock, inbox, store, fetchesMedia, onMessage } = this.world;
    const at = clock.now();
    if (fact.type === 'driver.received') {
      const terms = { at, fetchesMedia, movesCursor: this.catchUp.isDone };
      const write = (): Promise<MessageView | null> => inbox.receive(accountId, epoch, fact.message, terms);
      const message = await store.insist('store incoming message', write);
      if (!message) return;
      onMessage('message.received', message);
      if (message.media?.state === 'pending') this.fetchFiles();
    } else if (fact.type === 'driver.group') {
      const write = (): Promise<boolean> => inbox.changeGroup(accountId, epoch, fact.change, at);
      await store.insist('note a change of a group', write);
    } else {
      const write = (): Promise<MessageView | null> => inbox.change(accountId, epoch, fact, at);
      const message = await store.insist('change a message', write);
      if (message) onMessage(TOLD_AS[fact.type], message);
    }
  }

  private onPosition({ wantsMedia }: InboxPosition): void {
    if (wantsMedia && this.world.fetchesMedia) this.fetchFiles();
  }

  private fetchFiles(): void {
    const { accountId, epoch, clock, inbox, media, store, log, onMessage } = this.world;
    if (!this.fetcher) {
      const onMedia = (message: MessageView): void => onMessage('message.media', message);
      this.fetcher = new MediaFetcher({ accountId, epoch, clock, inbox, media, store, log, onMedia });
      this.fetcher.use(this.session);
    }
    this.fetcher.wake();
  }
}
