import {
  CLIENT_STREAM_FRAMES_MAX,
  CLIENT_STREAM_RETRY_FIRST_MS,
  CLIENT_STREAM_RETRY_MS_MAX,
  CLIENT_STREAM_SEEN_MAX,
  CLIENT_STREAM_STEADY_MS,
} from '#libs/contracts/limits/calls';
import type { StreamFrame } from '#libs/contracts/stream';
import { FrameQueue } from './frame-queue.js';
import { type LineWorld, openLine } from './stream-line.js';

/**
 * | is           | means                                                                                  |
 * |--------------|----------------------------------------------------------------------------------------|
 * | `connecting` | it was never live yet                                                                  |
 * | `live`       | what happens now is told now                                                           |
 * | `stale`      | it was live, and is not: what was shown may be out of date until it is live again       |
 * | `ended`      | by its reader, by its signal, or by an error that the reader is told                    |
 */
export interface StreamState {
  readonly is: 'connecting' | 'live' | 'stale' | 'ended';
  /** When this began, in milliseconds since 1970. */
  readonly sinceMs: number;
  /** Why it is not live, in words; null while nothing is wrong. */
  readonly why: string | null;
}

export interface StreamWorld extends Pick<LineWorld, 'WebSocket' | 'protocols'> {
  addressSince(cursor: string | undefined): string;
  /**
   * Asked after each connection that never opened, since a browser does not tell why: answers the error with which Muster
   * refuses this caller, null when it doesn't. Never rejects.
   */
  refusal(): Promise<Error | null>;
  readonly since?: string;
  readonly signal?: AbortSignal;
  readonly framesMax?: number;
}

/**
 * Frames as they come, over as many connections as it takes: after each break it goes on behind the last one that came.
 * Logged events are neither missed nor told twice; what is told live only (`id` null) is told only while it is live.
 *
 * When its reader is slow, `framesMax` frames wait here. At more it drops the connection, and resumes when half of them
 * are read. It holds a connection until it is left (`break` in a loop over it), closed, or aborted.
 */
export class EventStream implements AsyncIterableIterator<StreamFrame, undefined>, AsyncDisposable {
  readonly #queue = new FrameQueue<StreamFrame>();
  readonly #seen = new Set<string>();
  readonly #listeners = new Set<(state: StreamState) => void>();
  readonly #framesMax: number;
  readonly #abort = () => this.close();
  #state: StreamState = { is: 'connecting', sinceMs: Date.now(), why: null };
  #line: { close(): void } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Of the last frame that came, and of the last one that was read. */
  #received: string | undefined;
  #read: string | undefined;
  #breaks = 0;
  /** Dropped because its reader is slow. */
  #held = false;
  #asking = false;

  constructor(private readonly world: StreamWorld) {
    this.#framesMax = world.framesMax ?? CLIENT_STREAM_FRAMES_MAX;
    this.#received = this.#read = world.since;
    world.signal?.addEventListener('abort', this.#abort);
    if (world.signal?.aborted) this.close();
    else this.#connect();
  }

  get state(): StreamState {
    return this.#state;
  }

  /**
   * The `since` with which another stream would go on: behind the last frame that was read, and further when nothing that
   * was asked for has happened since. Undefined until it is live for the first time.
   */
  get cursor(): string | undefined {
    return this.#queue.size === 0 ? this.#received : this.#read;
  }

  /** Tells each new state. Answers the function that ends it. */
  onState(listener: (state: StreamState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** From here on nothing that happens is missed. Rejects when the stream ends before. */
  untilLive(): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = ({ is, why }: StreamState): void => {
        if (is !== 'live' && is !== 'ended') return;
        leave();
        if (is === 'live') resolve();
        else reject(new Error(`the stream ended before it was live: ${why ?? 'it was closed'}`));
      };
      const leave = this.onState(look);
      look(this.#state);
    });
  }

  async next(): Promise<IteratorResult<StreamFrame, undefined>> {
    const result = await this.#queue.next();
    if (result.done) return result;
    this.#read = result.value.cursor ?? this.#read;
    if (this.#held && this.#queue.size <= this.#framesMax / 2) this.#resume();
    return result;
  }

  async return(): Promise<IteratorResult<StreamFrame, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  close(): void {
    this.#end(null);
    this.#queue.drop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #connect(): void {
    this.#line = openLine({
      WebSocket: this.world.WebSocket,
      protocols: this.world.protocols,
      url: this.world.addressSince(this.#received),
      frame: (frame) => this.#take(frame),
      end: ({ why, error }) => (error === undefined ? this.#lost(why) : this.#fail(why, error)),
    });
  }

  #take(frame: StreamFrame): void {
    if (this.#state.is !== 'live') this.#become('live', null);
    this.#received = frame.cursor ?? this.#received;
    if (frame.topic === 'stream' || this.#wasSeen(frame.id)) return;
    this.#queue.push(frame);
    if (this.#queue.size < this.#framesMax) return;
    this.#line?.close();
    this.#held = true;
    this.#become('stale', 'the reader is slower than the stream, and is waited for');
  }

  #wasSeen(id: string | null): boolean {
    if (id === null) return false;
    if (this.#seen.has(id)) return true;
    this.#seen.add(id);
    // A set keeps the order in which it was filled.
    if (this.#seen.size > CLIENT_STREAM_SEEN_MAX) this.#seen.delete(this.#seen.values().next().value!);
    return false;
  }

  #resume(): void {
    this.#held = false;
    this.#connect();
  }

  #lost(why: string): void {
    const { is, sinceMs } = this.#state;
    if (is === 'live' && Date.now() - sinceMs >= CLIENT_STREAM_STEADY_MS) this.#breaks = 0;
    if (is === 'live') this.#become('stale', why);
    else this.#become(is, why);
    if (is !== 'live') void this.#askForRefusal();
    const waitMs = Math.min(CLIENT_STREAM_RETRY_FIRST_MS * 2 ** this.#breaks, CLIENT_STREAM_RETRY_MS_MAX);
    this.#breaks += 1;
    this.#timer = setTimeout(() => this.#connect(), waitMs * (0.5 + Math.random() / 2));
  }

  async #askForRefusal(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const error = await this.world.refusal();
    this.#asking = false;
    if (error !== null && this.#state.is !== 'live') this.#fail(error.message, error);
  }

  #fail(why: string, error: unknown): void {
    this.#end(why);
    this.#queue.end(error);
  }

  #end(why: string | null): void {
    clearTimeout(this.#timer);
    this.#line?.close();
    this.#line = null;
    this.#held = false;
    this.world.signal?.removeEventListener('abort', this.#abort);
    if (this.#state.is !== 'ended') this.#become('ended', why);
  }

  #become(is: StreamState['is'], why: string | null): void {
    const sinceMs = is === this.#state.is ? this.#state.sinceMs : Date.now();
    this.#state = { is, sinceMs, why };
    for (const listener of [...this.#listeners]) listener(this.#state);
  }
}
