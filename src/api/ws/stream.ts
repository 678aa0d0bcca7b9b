import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import * as newsLimits from '#libs/contracts/limits/news';
import { STREAM_SUBPROTOCOL, type StreamFrame, type StreamQuery } from '#libs/contracts/stream';
import type { EventBus } from '#src/events/event-bus';
import type { EventTail } from '#src/events/event-tail';
import type { Logger } from '#src/observability/logger';
import type { RuntimeState } from '#src/observability/runtime-state';
import type { StreamMetrics } from '#src/observability/stream-metrics';
import { answerTo, ProblemError } from '../problem.js';
import { type LiveTopic, tellLiveNews } from './live-news.js';
import { type Inspect, StreamClient, type StreamLimits } from './stream-client.js';
import { bytesOf } from './stream-frame.js';
import { createStreamGate } from './stream-gate.js';

export interface StreamParts {
  readonly apiKeys: readonly string[];
  readonly tail: EventTail;
  readonly bus: EventBus;
  readonly state: RuntimeState;
  readonly metrics: StreamMetrics;
  readonly inspect: Inspect;
  /** The machine in XState’s own words, for Stately’s inspector; null: it is not spoken to. */
  readonly statelyDefinition: string | null;
  readonly logger: Pick<Logger, 'warn'>;
  readonly limits?: Partial<StreamLimits>;
}

const LIMITS: StreamLimits = {
  clientsMax: newsLimits.STREAM_CLIENTS_MAX,
  inspectingMax: newsLimits.INSPECTING_CLIENTS_MAX,
  heartbeatEveryMs: newsLimits.STREAM_HEARTBEAT_EVERY_MS,
  silentMsMax: newsLimits.STREAM_SILENT_MS_MAX,
  bufferBytesMax: newsLimits.STREAM_BUFFER_BYTES_MAX,
  closeMsMax: newsLimits.STREAM_CLOSE_MS_MAX,
};

/** The WebSocket at /ws (libs/contracts/stream.ts), on the port of this server. */
export class Stream {
  readonly #limits: StreamLimits;
  readonly #clients = new Set<StreamClient>();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    perMessageDeflate: false, // a context of 300 kB a client, and milliseconds a frame
    maxPayload: newsLimits.STREAM_FRAME_BYTES_MAX,
    handleProtocols: (offered) => (offered.has(STREAM_SUBPROTOCOL) ? STREAM_SUBPROTOCOL : false),
  });
  readonly #admit: ReturnType<typeof createStreamGate>;
  readonly #news: ReturnType<typeof tellLiveNews>;
  #closed = false;

  constructor(
    server: Server,
    private readonly parts: StreamParts,
  ) {
    this.#limits = { ...LIMITS, ...parts.limits };
    this.#admit = createStreamGate(parts.apiKeys, {
      phase: () => parts.state.phase,
      full: () => this.#clients.size >= this.#limits.clientsMax,
      stately: parts.statelyDefinition !== null,
      inspected: () => [...this.#clients].filter(({ inspects }) => inspects).length >= this.#limits.inspectingMax,
    });
    this.#news = tellLiveNews({
      ...parts,
      tell: (frame) => this.#tellAll(frame),
      isHeard: () => this.#clients.size > 0,
      isHealthWanted: () => [...this.#clients].some((client) => client.wants('health', null)),
    });
    server.on('upgrade', this.#upgrade);
  }

  /** Tells everybody that the runtime goes away, and resolves when all are gone, by force at last. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#news.close();
    const gone = [...this.#sockets.clients].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const client of this.#clients) client.close('going_away');
    const force = setTimeout(() => {
      for (const socket of this.#sockets.clients) socket.terminate();
    }, newsLimits.STREAM_STOP_MS_MAX);
    await Promise.all(gone);
    clearTimeout(force);
    await this.parts.tail.close();
  }

  readonly #upgrade = (request: IncomingMessage, wire: Socket, head: Buffer): void => {
    wire.on('error', () => wire.destroy());
    const query = this.#closed ? new ProblemError('shutting_down') : this.#admit(request);
    if (query instanceof ProblemError) refuse(wire, query);
    else this.#sockets.handleUpgrade(request, wire, head, (socket) => this.#welcome(socket, wire, query));
  };

  #welcome(socket: WebSocket, wire: Socket, query: StreamQuery): void {
    wire.setNoDelay(true);
    const { tail, metrics, logger, inspect, statelyDefinition } = this.parts;
    const onFailure = (why: string, err: unknown): void => {
      if (err !== undefined) logger.warn({ err, why }, 'a client of the stream can’t be told what it missed');
    };
    const shared = { tail, metrics, limits: this.#limits, inspect, statelyDefinition, onFailure };
    const client = new StreamClient({ socket, wire, query, ...shared });
    this.#clients.add(client);
    metrics.clients(this.#clients.size);
    socket.once('close', () => {
      this.#clients.delete(client);
      metrics.clients(this.#clients.size);
    });
  }

  #tellAll(frame: StreamFrame & { readonly topic: LiveTopic }): void {
    const wanted = [...this.#clients].filter((client) => client.wants(frame.topic, frame.accountId));
    if (wanted.length === 0) return;
    const bytes = bytesOf(frame);
    for (const client of wanted) client.send(bytes);
  }
}

/** As any other call is answered. */
function refuse(wire: Socket, error: ProblemError): void {
  const { problem, headers } = answerTo(error, () => '');
  const body = JSON.stringify(problem);
  const lines = Object.entries({
    ...headers,
    connection: 'close',
    'cache-control': 'no-store',
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  wire.once('finish', () => wire.destroy());
  wire.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`);
}
