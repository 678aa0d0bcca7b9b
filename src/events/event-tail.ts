import { setTimeout as delay } from 'node:timers/promises';
import type { LoggedEvent } from '#libs/contracts/event-log';
import { LOG_DECISION_MS_MAX, LOG_LOOK_EVERY_MS, LOG_LOOK_GAP_MS, LOG_READ_MAX } from '#libs/contracts/limits/news';
import type { EventBus } from './event-bus.js';
import type { EventLog, LogFilter, LogPlace } from './event-log.js';

export type FollowFailure = 'cursor_expired' | 'store_unavailable';

export interface Follower {
  /** Null: from now on. */
  readonly after: LogPlace | null;
  readonly filter: LogFilter;
  /** Once, before anything else: where it stands in the log. */
  begin(place: LogPlace): void;
  /** What came after its place, in the order of the log. The next come when this is resolved. Must not reject. */
  replay(events: readonly LoggedEvent[]): Promise<void>;
  /** From then on, what comes, as it is committed. Must not throw. */
  receive(events: readonly LoggedEvent[]): void;
  /** It gets no more. Not called after `leave`. */
  fail(why: FollowFailure, error?: unknown): void;
}

export interface TailWorld {
  readonly log: EventLog;
  /** Its news say that something was committed; what it was is read from the log. */
  readonly bus: Pick<EventBus, 'subscribe'>;
  readonly logger: { info(data: object, text: string): void; warn(data: object, text: string): void };
  /** Of each batch, how old its oldest event is when it is told. */
  readonly onTold?: (events: number, lagMs: number) => void;
  readonly lookEveryMs?: number;
  readonly patienceMs?: number;
}

/**
 * Reads the end of the log once for all who follow it on this node. It looks when there is news on the bus, and every
 * LOG_LOOK_EVERY_MS; with nobody there it does not look at all. While the store is away it keeps its place, and goes on
 * from there.
 */
export class EventTail {
  readonly #live = new Map<Follower, LogPlace>();
  /** Told up to here. Null: asleep. */
  #place: LogPlace | null = null;
  #followers = 0;
  #waking: Promise<LogPlace> | null = null;
  #news = false;
  #looking: Promise<void> | null = null;
  #away = false;
  #heldUp = false;
  #timer: NodeJS.Timeout | null = null;
  #endNews: (() => void) | null = null;

  constructor(private readonly world: TailWorld) {}

  /** How far it has been told, or found that there was nothing for it; null while it is catching up. */
  placeOf(follower: Follower): LogPlace | null {
    const from = this.#live.get(follower);
    return from === undefined || this.#place === null ? null : Math.max(from, this.#place);
  }

  /** Answers the function that ends it. */
  follow(follower: Follower): () => void {
    const left = new AbortController();
    this.#followers += 1;
    this.#catchUp(follower, left.signal).catch((error: unknown) => {
      if (!left.signal.aborted) follower.fail('store_unavailable', error);
    });
    return () => {
      if (left.signal.aborted) return;
      left.abort();
      this.#live.delete(follower);
      this.#followers -= 1;
      if (this.#followers === 0) this.#sleep();
    };
  }

  /** Resolves when nothing is being read any more. Everybody has left by then. */
  async close(): Promise<void> {
    this.#sleep();
    await this.#looking;
  }

  /** Reads up to where the others are, then goes on with them. Between the last read and that, nothing else happens. */
  async #catchUp(follower: Follower, left: AbortSignal): Promise<void> {
    const awakeAt = this.#place ?? (await (this.#waking ??= this.#wake()));
    if (left.aborted) return;
    let place = follower.after ?? this.#place ?? awakeAt;
    follower.begin(place);
    while (follower.after !== null && !left.aborted) {
      const page = await this.world.log.read({
        ...follower.filter,
        after: place,
        limit: LOG_READ_MAX,
        patienceMs: LOG_DECISION_MS_MAX,
      });
      if (left.aborted) return;
      if (page === null) return follower.fail('cursor_expired');
      if (page.events.length > 0) await follower.replay(page.events);
      place = page.to;
      if (!page.more && place >= (this.#place ?? 0)) break;
    }
    if (!left.aborted) this.#live.set(follower, place);
  }

  async #wake(): Promise<LogPlace> {
    try {
      const place = await this.world.log.head();
      if (this.#followers === 0) return place;
      this.#place = place;
      this.#endNews = this.world.bus.subscribe(() => this.#look());
      this.#timer = setInterval(() => this.#look(), this.world.lookEveryMs ?? LOG_LOOK_EVERY_MS);
      return place;
    } finally {
      this.#waking = null;
    }
  }

  #sleep(): void {
    this.#endNews?.();
    if (this.#timer) clearInterval(this.#timer);
    this.#place = this.#timer = this.#endNews = null;
  }

  #look(): void {
    this.#news = true;
    this.#looking ??= this.#read().finally(() => {
      this.#looking = null;
      if (this.#news && this.#place !== null && !this.#away) this.#look();
    });
  }

  async #read(): Promise<void> {
    try {
      while (this.#news && this.#place !== null) {
        this.#news = false;
        await this.#readOnce(this.#place);
        if (this.#away) this.world.logger.info({}, 'the event log can be read again');
        this.#away = false;
        await delay(LOG_LOOK_GAP_MS);
      }
    } catch (err) {
      if (!this.#away) this.world.logger.warn({ err }, 'the event log can’t be read now; its followers wait');
      this.#away = true;
    }
  }

  async #readOnce(after: LogPlace): Promise<void> {
    const query = { after, limit: LOG_READ_MAX, patienceMs: this.world.patienceMs ?? LOG_DECISION_MS_MAX };
    const page = await this.world.log.read(query);
    this.#noteHeldUp(page?.heldUp ?? false);
    if (this.#place !== after) return; // everybody left meanwhile
    if (page === null) return this.#startAnew();
    this.#place = page.to;
    this.#news ||= page.more;
    if (page.events.length > 0) this.#tell(page.events);
  }

  /** It is nobody's fault here, and nothing is lost; but somebody should look for that transaction. */
  #noteHeldUp(heldUp: boolean): void {
    if (heldUp && !this.#heldUp)
      this.world.logger.warn({}, 'a long transaction of the database holds up the event log; its followers wait');
    this.#heldUp = heldUp;
  }

  /** The store was away for longer than events are kept. */
  async #startAnew(): Promise<void> {
    const behind = [...this.#live.keys()];
    this.#live.clear();
    for (const follower of behind) follower.fail('cursor_expired');
    this.#place &&= await this.world.log.head();
  }

  #tell(events: readonly LoggedEvent[]): void {
    this.world.onTold?.(events.length, Date.now() - Date.parse(events[0]!.at));
    for (const [follower, from] of this.#live) {
      const wanted = events.filter((event) => Number(event.id) > from && passes(event, follower.filter));
      if (wanted.length > 0) follower.receive(wanted);
    }
  }
}

function passes({ event, accountId }: LoggedEvent, { names, accountIds }: LogFilter): boolean {
  if (names && !names.includes(event)) return false;
  return !accountIds || (accountId !== null && accountIds.includes(accountId));
}
