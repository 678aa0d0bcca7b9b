import type { DriverCapability } from '#libs/contracts/capabilities';
import type { MessageAction } from '#libs/contracts/content';
import type { MessageView } from '#libs/contracts/message';
import type { InboxPosition, InboxStore, MessageChange } from '../inbox-ports.js';
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

/** What the inboxes of a node share. */
export interface InboxesWorld {
  readonly clock: Clock;
  readonly inbox: InboxStore;
  readonly media: MediaFiles;
  readonly log: SupervisionLog;
  readonly catchUps: Turns;
  /** Are files of received messages fetched? */
  readonly receivesMedia: boolean;
  readonly onMessage: (event: 'message.changed' | InboxEvent, message: MessageView) => void;
}

export interface InboxOwner {
  readonly accountId: string;
  readonly epoch: number;
  readonly store: StoreRetry;
  readonly can: ReadonlySet<DriverCapability>;
  /** Of the account, as it is known now. */
  readonly phone: () => string | null;
}

/** Who reacts with an account whose number is not known. */
const ME = 'me';
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

  constructor(
    private readonly world: InboxesWorld,
    private readonly owner: InboxOwner,
  ) {
    const { clock, inbox, catchUps, log } = world;
    const { accountId, epoch, store, can } = owner;
    this.desk = new MessageDesk({ accountId, log, write: (fact) => this.write(fact) });
    this.catchUp = new CatchUp({
      accountId,
      epoch,
      clock,
      inbox,
      store,
      turns: catchUps,
      log,
      desk: this.desk,
      isPossible: can.has('catch-up'),
      onPosition: (position) => this.onPosition(position),
    });
  }

  /** False: it is lost, and the caller must say so. */
  take(fact: MessageFact): boolean {
    const { accountId, can } = this.owner;
    const wasFull = this.desk.isFull;
    if (this.desk.take(fact)) return true;
    if (!can.has('catch-up')) {
      this.desk.reopen();
      return false;
    }
    if (!wasFull) {
      this.world.log.info({ accountId }, 'more comes in than can be written; it is asked for again');
      this.catchUp.begin();
    }
    return true;
  }

  /** We did this to a message ourselves; the provider may tell it, too, or not. */
  async acted(action: MessageAction): Promise<void> {
    await this.change(changeOf(action, this.owner.phone() ?? ME, this.world.clock.now()));
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
    const { clock, inbox, onMessage } = this.world;
    const { accountId, epoch, store } = this.owner;
    const at = clock.now();
    if (fact.type === 'driver.received') {
      const terms = { at, fetchesMedia: this.fetchesMedia, movesCursor: this.catchUp.isDone };
      const write = (): Promise<MessageView | null> => inbox.receive(accountId, epoch, fact.message, terms);
      const message = await store.insist('store incoming message', write);
      if (!message) return;
      onMessage('message.received', message);
      if (message.media?.state === 'pending') this.fetchFiles();
    } else if (fact.type === 'driver.group') {
      const write = (): Promise<boolean> => inbox.changeGroup(accountId, epoch, fact.change, at);
      await store.insist('note a change of a group', write);
    } else {
      await this.change(fact);
    }
  }

  private async change(change: MessageChange): Promise<void> {
    const { clock, inbox, onMessage } = this.world;
    const { accountId, epoch, store } = this.owner;
    const write = (): Promise<MessageView | null> => inbox.change(accountId, epoch, change, clock.now());
    const message = await store.insist('change a message', write);
    if (message) onMessage(TOLD_AS[change.type], message);
  }

  private get fetchesMedia(): boolean {
    return this.world.receivesMedia && this.owner.can.has('receive-media');
  }

  private onPosition({ wantsMedia }: InboxPosition): void {
    if (wantsMedia && this.fetchesMedia) this.fetchFiles();
  }

  private fetchFiles(): void {
    const { clock, inbox, media, log, onMessage } = this.world;
    const { accountId, epoch, store } = this.owner;
    if (!this.fetcher) {
      const onMedia = (message: MessageView): void => onMessage('message.media', message);
      this.fetcher = new MediaFetcher({ accountId, epoch, clock, inbox, media, store, log, onMedia });
      this.fetcher.use(this.session);
    }
    this.fetcher.wake();
  }
}

function changeOf(action: MessageAction, by: string, at: number): MessageChange {
  const providerMessageId = action.target;
  switch (action.kind) {
    case 'reaction':
      return { type: 'driver.reacted', providerMessageId, from: by, emoji: action.emoji, at };
    case 'edit':
      return { type: 'driver.edited', providerMessageId, text: action.text, at };
    case 'revoke':
      return { type: 'driver.revoked', providerMessageId, at };
  }
}
