import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { type LoggedEvent, LOGGED_EVENT_NAMES, LOGGED_EVENTS, type Topic, TOPICS } from '#libs/contracts/event-log';
import { INSPECTION, type InspectionEvent } from '#libs/contracts/inspection';
import { STREAM_CLOSES, type StreamClose, type StreamQuery, type StreamTopic } from '#libs/contracts/stream';
import type { EventTail, FollowFailure, Follower } from '#src/events/event-tail';
import type { LogFilter, LogPlace } from '#src/events/event-log';
import type { StreamMetrics } from '#src/observability/stream-metrics';
import { statelyEventsOf } from './stately-events.js';
import { type FrameBytes, frameOf, inspectionFrame, ownFrame } from './stream-frame.js';

export interface StreamLimits {
  readonly clientsMax: number;
  readonly inspectingMax: number;
  readonly heartbeatEveryMs: number;
  readonly silentMsMax: number;
  readonly bufferBytesMax: number;
  readonly closeMsMax: number;
}

export interface ClientParts {
  readonly socket: WebSocket;
  /** Below it. */
  readonly wire: Socket;
  readonly query: StreamQuery;
  readonly tail: EventTail;
  readonly metrics: StreamMetrics;
  readonly limits: StreamLimits;
  readonly inspect: Inspect;
  readonly statelyDefinition: string | null;
  readonly onFailure: (why: FollowFailure, error: unknown) => void;
}

/** Tells how the machine of an account stands, and what comes to it, until the function that it answers is called. */
export type Inspect = (accountId: string, tell: (event: InspectionEvent) => void) => () => void;

/** Waiting for a client while it is told what has been: below what would cut it off. */
const REPLAY_SHARE = 0.5;

/** One connection, from the accepted upgrade to its end. */
export class StreamClient implements Follower {
  readonly after: LogPlace | null;
  readonly filter: LogFilter;
  readonly #topics: ReadonlySet<StreamTopic>;
  readonly #accounts: ReadonlySet<string> | null;
  #told: LogPlace | null = null;
  #heardAt = performance.now();
  #ended = false;
  #leave: () => void = () => undefined;
  #watches: readonly (() => void)[] = [];
  #heartbeat: NodeJS.Timeout | null = null;
  #force: NodeJS.Timeout | null = null;

  constructor(private readonly parts: ClientParts) {
    const { topics, accounts, since } = parts.query;
    this.#topics = new Set(topics ?? TOPICS);
    this.#accounts = accounts ? new Set(accounts) : null;
    this.after = since === undefined ? null : Number(since);
    const names = LOGGED_EVENT_NAMES.filter((name) => this.#topics.has(LOGGED_EVENTS[name]));
    this.filter = {
      ...(names.length < LOGGED_EVENT_NAMES.length && { names }),
      ...(accounts && { accountIds: accounts }),
    };
    this.#listen();
    if (names.length === 0) this.begin(null);
    else this.#leave = parts.tail.follow(this);
    if (this.#ended) this.#leave();
  }

  wants(topic: Topic, accountId: string | null): boolean {
    if (this.#ended || !this.#topics.has(topic)) return false;
    // The node's health belongs to no account; who asks for it and for some accounts means both.
    return topic === 'health' || this.#accounts === null || (accountId !== null && this.#accounts.has(accountId));
  }

  get #speaksStately(): boolean {
    return this.parts.query.format === 'stately';
  }

  /** Whether it watches machines. */
  get inspects(): boolean {
    return this.#topics.has(INSPECTION);
  }

  begin(place: LogPlace | null): void {
    this.#told = place;
    const { limits, query } = this.parts;
    const data = {
      topics: [...this.#topics],
      accounts: query.accounts ?? null,
      heartbeatEveryMs: limits.heartbeatEveryMs,
    };
    if (!this.#speaksStately) this.send(ownFrame('stream.hello', place, data));
    this.#heartbeat = setInterval(() => this.#beat(), limits.heartbeatEveryMs);
    if (this.inspects) this.#inspect(query.accounts ?? []);
  }

  async replay(events: readonly LoggedEvent[]): Promise<void> {
    for (const event of events) {
      if (this.#ended) return;
      this.#told = Number(event.id);
      await this.#sendPatiently(frameOf(event));
    }
  }

  receive(events: readonly LoggedEvent[]): void {
    if (this.#ended || this.#isSlow()) return;
    this.parts.wire.cork(); // all of them in one write
    for (const event of events) this.#write(frameOf(event));
    this.parts.wire.uncork();
    this.#told = Number(events.at(-1)!.id);
  }

  fail(why: FollowFailure, error?: unknown): void {
    this.parts.onFailure(why, error);
    this.close(why);
  }

  send(frame: FrameBytes): void {
    if (!this.#ended && !this.#isSlow()) this.#write(frame);
  }

  close(why: StreamClose): void {
    if (this.#ended) return;
    const { socket, metrics, limits } = this.parts;
    this.#end();
    metrics.closed(why);
    const { code, text } = STREAM_CLOSES[why];
    socket.close(code, text);
    // Whoever doesn't read does not hear that either.
    this.#force = setTimeout(() => socket.terminate(), limits.closeMsMax);
  }

  /** Put into words here, where somebody is to hear them. */
  #inspect(accountIds: readonly string[]): void {
    const { statelyDefinition: definition } = this.parts;
    const tell = (event: InspectionEvent): void => {
      if (!this.#speaksStately) return this.send(inspectionFrame(event));
      for (const said of statelyEventsOf(event, definition ?? '')) this.send(Buffer.from(JSON.stringify(said)));
    };
    this.#watches = accountIds.map((accountId) => this.parts.inspect(accountId, tell));
    if (this.#ended) for (const leave of this.#watches) leave(); // it was too slow for what came at once
  }

  #listen(): void {
    const { socket, metrics } = this.parts;
    socket.on('pong', () => (this.#heardAt = performance.now()));
    socket.on('message', () => this.close('policy'));
    socket.on('error', () => undefined); // `close` follows
    socket.on('close', () => {
      if (this.#force) clearTimeout(this.#force);
      if (this.#ended) return;
      this.#end();
      metrics.closed('by_client');
    });
  }

  #end(): void {
    this.#ended = true;
    this.#leave();
    for (const leave of this.#watches) leave();
    if (this.#heartbeat) clearInterval(this.#heartbeat);
  }

  /**
   * One for whom too much waits is cut off: the others must not pay for it with memory. What counts is what waited before
   * the next is added, since much may happen in one moment, and nobody can have read it yet.
   */
  #isSlow(): boolean {
    if (this.parts.socket.bufferedAmount <= this.parts.limits.bufferBytesMax) return false;
    this.close('slow_consumer');
    return true;
  }

  #write(frame: FrameBytes, flushed?: () => void): void {
    this.parts.metrics.frame();
    this.parts.socket.send(frame, { binary: false }, flushed);
  }

  #beat(): void {
    if (performance.now() - this.#heardAt > this.parts.limits.silentMsMax) return this.close('silent');
    this.parts.socket.ping();
    if (!this.#speaksStately) this.send(ownFrame('stream.heartbeat', this.parts.tail.placeOf(this) ?? this.#told, {}));
  }

  #sendPatiently(frame: FrameBytes): Promise<void> | void {
    const { socket, limits } = this.parts;
    if (socket.bufferedAmount < limits.bufferBytesMax * REPLAY_SHARE) return this.#write(frame);
    return new Promise((resolve) => this.#write(frame, () => resolve()));
  }
}
