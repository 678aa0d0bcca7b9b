import type { AddressInfo } from 'node:net';
import { expect, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type LoggedEventName, LOGGED_EVENTS } from '#libs/contracts/event-log';
import type { StreamFrame } from '#libs/contracts/stream';
import { Stream, type StreamParts } from '#src/api/ws/stream';
import { EventTail } from '#src/events/event-tail';
import { type InspectionListener, Inspections } from '#src/supervision/actor/inspections';
import { createLocalEventBus } from '#src/events/local-event-bus';
import { type HttpRuntime, startHttpRuntime } from './http-runtime.js';

export interface StreamStage extends AsyncDisposable {
  readonly http: HttpRuntime;
  readonly stream: Stream;
  readonly tail: EventTail;
  readonly bus: StreamParts['bus'];
  readonly inspections: Inspections;
  /** Where /ws is, without its query. */
  readonly url: string;
  /** Writes an event to the log. */
  happen(event: LoggedEventName, accountId?: string | null, text?: string): void;
  listen(query?: string, options?: { headers?: Record<string, string>; subprotocols?: string[] }): Listener;
}

/** A client with all that it was told. */
export interface Listener {
  readonly socket: WebSocket;
  readonly frames: StreamFrame[];
  /** Without those of the connection itself. */
  readonly told: () => readonly StreamFrame[];
  readonly opened: Promise<void>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** The answer to an upgrade that was refused. */
  readonly refused: Promise<{ readonly status: number; readonly type: string | undefined; readonly body: string }>;
}

/** Far more than anything here takes, also beside programs that check the rest of the tree. */
export const SECONDS = { timeout: 20_000, interval: 5 };
export const [ANNA, BERT] = ['0196b3f0-0000-7000-8000-00000000000a', '0196b3f0-0000-7000-8000-00000000000b'];

/** The HTTP side with its stream on a real port; the log is in memory. */
export async function openStreamStage(
  options: { apiKeys?: readonly string[]; limits?: StreamParts['limits']; statelyDefinition?: string } = {},
): Promise<StreamStage> {
  const http = await startHttpRuntime({ apiKeys: options.apiKeys ?? [] });
  const bus = createLocalEventBus((error) => {
    throw error;
  });
  const logger = { info: () => undefined, warn: () => undefined };
  const tail = new EventTail({ log: http.events, bus, logger, lookEveryMs: 10 });
  const instance = http.app.getHttpAdapter().getInstance();
  await instance.listen({ port: 0, host: '127.0.0.1' });
  const inspections = new Inspections(Date.now);
  const parts = {
    inspect: (accountId: string, tell: InspectionListener) => inspections.watch(accountId, tell),
    tail,
    bus,
    logger,
    state: http.runtime,
    metrics: http.metrics.stream,
    apiKeys: options.apiKeys ?? [],
    statelyDefinition: options.statelyDefinition ?? null,
  };
  const stream = new Stream(instance.server, { ...parts, ...(options.limits && { limits: options.limits }) });
  const url = `ws://127.0.0.1:${(instance.server.address() as AddressInfo).port}/ws`;
  const listeners: WebSocket[] = [];
  return {
    ...{ http, stream, tail, bus, url, inspections },
    happen(event, accountId = ANNA, text = 'x') {
      const at = new Date().toISOString();
      http.events.add({ topic: LOGGED_EVENTS[event], event, accountId, at, data: { text } });
    },
    listen(query = '', { headers, subprotocols } = {}) {
      const listener = listenTo(new WebSocket(`${url}${query}`, subprotocols ?? [], { ...(headers && { headers }) }));
      listeners.push(listener.socket);
      return listener;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of listeners) socket.terminate();
      await stream.close();
      await tail.close();
      await http[Symbol.asyncDispose]();
    },
  };
}

export const saysHello = (listener: Listener): Promise<void> =>
  vi.waitFor(() => expect(listener.frames[0]).toMatchObject({ event: 'stream.hello' }), SECONDS);
export const isTold = (listener: Listener, ids: readonly (string | null)[]): Promise<void> =>
  vi.waitFor(() => expect(listener.told().map(({ id }) => id)).toEqual(ids), SECONDS);

function listenTo(socket: WebSocket): Listener {
  const frames: StreamFrame[] = [];
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as StreamFrame));
  socket.on('error', () => undefined);
  return {
    socket,
    frames,
    told: () => frames.filter(({ topic }) => topic !== 'stream'),
    opened: new Promise((resolve) => socket.once('open', resolve)),
    closed: new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    ),
    refused: new Promise((resolve) =>
      socket.once('unexpected-response', (_request, response) => {
        let body = '';
        response.on('data', (part: Buffer) => (body += part.toString()));
        response.on('end', () =>
          resolve({ status: response.statusCode!, type: response.headers['content-type'], body }),
        );
      }),
    ),
  };
}
