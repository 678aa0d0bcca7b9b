import {
  MEDIA_BYTES_MAX,
  MEDIA_GONE_TRIES_MAX,
  MEDIA_READ_AHEAD_MAX,
  MEDIA_RESTING_MAX,
  MEDIA_RETRY_FIRST_MS,
  MEDIA_RETRY_GROWTH,
  MEDIA_RETRY_MS_MAX,
  MEDIA_TRIES_MAX,
} from '#libs/contracts/limits/media';
import type { MessageView } from '#libs/contracts/message';
import type { SessionRefusal } from '#libs/contracts/session';
import type { InboxStore, WantedMedia } from '../inbox-ports.js';
import type { Clock, MediaFiles, SupervisionLog } from '../ports.js';
import type { AccountSession } from '../session/account-session.js';
import { createSignal, type Signal } from '../signal.js';
import { type StoreRetry, WriteAbandoned } from './store-retry.js';

export interface FetcherWorld {
  readonly accountId: string;
  readonly epoch: number;
  readonly clock: Clock;
  readonly inbox: InboxStore;
  readonly media: MediaFiles;
  readonly store: StoreRetry;
  readonly log: SupervisionLog;
  readonly onMedia: (message: MessageView) => void;
}

/** The session is not there: that says nothing of the file, and is no try. */
const NOT_NOW: ReadonlySet<SessionRefusal> = new Set(['gone', 'not_ready']);

/**
 * Fetches the files of an account's received messages, one at a time, while it is connected. What is wanted is in the store,
 * so that nothing is forgotten by a crash; how long a file rests between two tries is not, and a new start tries at once.
 * While one rests, those behind it are fetched. A crash between the file and its message leaves a file that is kept for its
 * time, and fetches it again.
 */
export class MediaFetcher {
  private session: AccountSession | null = null;
  private running = false;
  private woken = false;
  /** When a file may be asked for again, by message. */
  private readonly resting = new Map<string, number>();
  private pausing: Signal<never> | null = null;

  constructor(private readonly world: FetcherWorld) {}

  use(session: AccountSession | null): void {
    this.session = session;
    if (session) this.begin();
    else this.pausing?.cancel();
  }

  /** There is a file to fetch. */
  wake(): void {
    this.woken = true;
    this.pausing?.cancel();
    this.begin();
  }

  private begin(): void {
    if (this.running || !this.woken || !this.session) return;
    this.running = true;
    void this.run();
  }

  private async run(): Promise<void> {
    const { log, accountId } = this.world;
    try {
      while (this.session && this.woken) {
        this.woken = false;
        await this.fetchWanted(this.session);
      }
    } catch (err) {
      this.woken = true; // the next connection looks again
      if (!(err instanceof WriteAbandoned))
        log.error({ err, accountId }, 'fetching files failed; the next connection goes on');
    } finally {
      this.running = false;
    }
  }

  private async fetchWanted(session: AccountSession): Promise<void> {
    const { accountId, inbox, store, clock } = this.world;
    for (const [messageId, until] of this.resting) if (until <= clock.now()) this.resting.delete(messageId);
    const resting = [...this.resting.keys()];
    const read = () => inbox.mediaWanted(accountId, MEDIA_READ_AHEAD_MAX, resting);
    const wanted = resting.length < MEDIA_RESTING_MAX ? await store.insist('read which files are wanted', read) : [];
    for (const one of wanted) {
      if (this.session !== session) break;
      if (!(await this.fetch(session, one))) return this.rest(clock.now() + MEDIA_RETRY_FIRST_MS);
    }
    if (wanted.length > 0) this.woken = true;
    else if (this.resting.size > 0) await this.rest(Math.min(...this.resting.values()));
  }

  /** False: no other file could be had now either. */
  private async fetch(session: AccountSession, wanted: WantedMedia): Promise<boolean> {
    const { accountId, epoch, inbox, media, store, onMedia } = this.world;
    const { messageId, providerMessageId, seconds } = wanted;
    const path = await store.insist('make room for a file', () => media.incomingPath(messageId));
    const answer = await session.ask('fetchMedia', { providerMessageId, path, bytesMax: MEDIA_BYTES_MAX });
    if (!answer.ok) return !NOT_NOW.has(answer.why) && this.failed(wanted, answer.why, answer.detail);
    const { mimeType, filename } = answer.value;
    const kept = await store.insist('keep a file', () => media.adopt(accountId, path, { mimeType, filename }));
    // A disk that is full is no fault of the file: it is asked for again until there is room.
    if (!kept.ok) return kept.why !== 'disk_full' && this.failed(wanted, 'rejected', kept.detail ?? kept.why);
    const message = await store.insist('note a file', () =>
      inbox.mediaStored(accountId, epoch, messageId, kept.value, seconds),
    );
    if (message) onMedia(message);
    return true;
  }

  private async failed(wanted: WantedMedia, why: SessionRefusal, detail: string): Promise<true> {
    const { accountId, epoch, inbox, store, log, onMedia } = this.world;
    const { messageId, tries } = wanted;
    const isGivenUp = tries + 1 >= (why === 'rejected' ? MEDIA_GONE_TRIES_MAX : MEDIA_TRIES_MAX);
    log[isGivenUp ? 'warn' : 'debug'](
      { accountId, messageId, tries: tries + 1, detail },
      'a file could not be fetched',
    );
    if (!isGivenUp) this.postpone(messageId, tries);
    const tried = () => inbox.mediaTried(accountId, epoch, messageId, isGivenUp);
    const message = await store.insist('count a try to get a file', tried);
    if (message) onMedia(message);
    return true;
  }

  private postpone(messageId: string, tries: number): void {
    const restMs = Math.min(MEDIA_RETRY_FIRST_MS * MEDIA_RETRY_GROWTH ** tries, MEDIA_RETRY_MS_MAX);
    this.resting.set(messageId, this.world.clock.now() + restMs);
  }

  /** Until then, or there is another one. */
  private async rest(until: number): Promise<void> {
    const { clock } = this.world;
    this.pausing = createSignal<never>(clock, Math.max(1, until - clock.now()));
    await this.pausing.promise;
    this.pausing = null;
    this.woken = true;
  }
}
