import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { STREAM_CLOSES, type StreamFrame } from '#libs/contracts/stream';
import { freePort } from '#test/support/free-port';
import { MusterApiError } from './api-error.js';
import { createClient, type MusterClient } from './client.js';
import type { EventStream, StreamState } from './event-stream.js';
import { MusterStreamError } from './stream-error.js';

interface Visit {
  readonly since: string | null;
  readonly url: URL;
  readonly protocols: string;
  readonly socket: WebSocket;
}

/** A server of streams that tells what a test lets it tell. `keys` refuses whoever has another one. */
async function startStreams(port = 0) {
  const visits: Visit[] = [];
  const log: StreamFrame[] = [];
  const streams = { visits, log, refuses: false, welcome: (_visit: Visit): void => undefined };
  const http = createServer((_request, response) => {
    response.statusCode = streams.refuses ? 401 : 200;
    response.setHeader('content-type', streams.refuses ? 'application/problem+json' : 'application/json');
    const problem = { type: 'x', title: 'x', status: 401, code: 'unauthorized', detail: 'x' };
    response.end(JSON.stringify(streams.refuses ? problem : { name: 'x', version: '1', status: 'running' }));
  });
  const sockets = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, socket, head) => {
    if (streams.refuses) return void socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, (opened) => {
      const url = new URL(request.url!, 'http://x');
      const since = url.searchParams.get('since');
      const visit = { since, url, protocols: request.headers['sec-websocket-protocol'] ?? '', socket: opened };
      visits.push(visit);
      opened.send(JSON.stringify(frameOf({ topic: 'stream', event: 'stream.hello', id: null, cursor: since ?? '0' })));
      for (const told of log) if (Number(told.cursor) > Number(since ?? 0)) opened.send(JSON.stringify(told));
      streams.welcome(visit);
    });
  });
  http.listen(port, '127.0.0.1');
  await once(http, 'listening');
  const close = async (): Promise<void> => {
    for (const socket of sockets.clients) socket.terminate();
    http.close();
    http.closeAllConnections();
    await once(http, 'close');
  };
  const opened = (http.address() as AddressInfo).port;
  return Object.assign(streams, { port: opened, baseUrl: `http://127.0.0.1:${opened}`, close });
}

const at = new Date(0).toISOString();
const frameOf = (frame: Partial<StreamFrame>): StreamFrame => {
  return {
    topic: 'messages',
    event: 'message.changed',
    id: null,
    cursor: null,
    accountId: null,
    at,
    data: {},
    ...frame,
  };
};
const event = (n: number): StreamFrame => frameOf({ id: String(n), cursor: String(n) });

/** Milliseconds, as long as nobody else wants the processors. */
const SOON = { timeout: 15_000 };

let streams: Awaited<ReturnType<typeof startStreams>>;
let client: MusterClient;
let opened: EventStream[];
beforeEach(async () => {
  streams = await startStreams();
  client = createClient({ baseUrl: `${streams.baseUrl}/`, apiKey: 'der Schlüssel', WebSocket });
  opened = [];
});
afterEach(async () => {
  for (const stream of opened) stream.close();
  await streams.close();
});

const open = (...given: Parameters<MusterClient['stream']>): EventStream => {
  opened.push(client.stream(...given));
  return opened.at(-1)!;
};
async function take(stream: AsyncIterator<StreamFrame, undefined>, count: number): Promise<readonly (string | null)[]> {
  const ids: (string | null)[] = [];
  while (ids.length < count) {
    const { done, value } = await stream.next();
    if (done) throw new Error(`ended after ${ids.join()}`);
    ids.push(value.id);
  }
  return ids;
}
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => String(first + n));
const tell = (socket: WebSocket, ...frames: readonly StreamFrame[]): void => {
  for (const frame of frames) socket.send(JSON.stringify(frame));
};

describe('a stream', () => {
  it('asks for what is wanted, with the key as a subprotocol, and gives frames as they come', async () => {
    streams.log.push(event(1), event(2));
    const account = '0193a1b2-0000-7000-8000-000000000000';
    const stream = open({ topics: ['messages', 'health'], accounts: [account], since: '1' });
    expect(await take(stream, 1)).toEqual(['2']);
    const { url, protocols, socket } = streams.visits[0]!;
    expect(Object.fromEntries(url.searchParams)).toEqual({ topics: 'messages,health', accounts: account, since: '1' });
    expect(protocols).toBe(`muster,key.${Buffer.from('der Schlüssel').toString('base64url')}`);
    tell(socket, frameOf({ topic: 'health', event: 'health.told' }));
    expect(await take(stream, 1)).toEqual([null]);
    expect([stream.cursor, stream.state.is]).toEqual(['2', 'live']);
  });

  it('goes on behind the last frame after each break, and tells nothing twice', async () => {
    streams.log.push(...range(1, 9).map((n) => event(Number(n))));
    streams.welcome = ({ socket }) => {
      if (streams.visits.length <= 3)
        socket.terminate(); // what was sent before may or may not arrive
      else tell(socket, event(9), event(10));
    };
    const states: StreamState['is'][] = [];
    const stream = open();
    stream.onState(({ is }) => states.push(is));
    expect(await take(stream, 10)).toEqual(range(1, 10));
    expect(streams.visits.length).toBe(4);
    expect(states.at(-1)).toBe('live');
  });

  it('resumes a quiet stream at the cursor of the last heartbeat', async () => {
    const stream = open();
    await stream.untilLive();
    tell(streams.visits[0]!.socket, frameOf({ topic: 'stream', event: 'stream.heartbeat', cursor: '77' }));
    await expect.poll(() => stream.cursor, SOON).toBe('77');
    const states: StreamState[] = []; // it is back within 0.3 s: looks may all come too early or too late
    stream.onState((state) => states.push(state));
    const closedAt = Date.now();
    streams.visits[0]!.socket.close(1001, 'the runtime is stopping');
    await expect.poll(() => states.map(({ is }) => is), SOON).toEqual(['stale', 'live']);
    expect(states[0]).toMatchObject({ why: 'the runtime is stopping' });
    expect(states[0]!.sinceMs).toBeGreaterThanOrEqual(closedAt);
    expect(states[0]!.sinceMs).toBeLessThanOrEqual(states[1]!.sinceMs);
    expect(streams.visits[1]!.since).toBe('77');
  });

  it('drops the connection while its reader is slow, and misses nothing', async () => {
    streams.log.push(...range(1, 100).map((n) => event(Number(n))));
    const stream = open({ framesMax: 10 });
    await expect
      .poll(() => stream.state, SOON)
      .toMatchObject({ is: 'stale', why: expect.stringContaining('slower') as string });
    expect(stream.cursor).toBeUndefined();
    expect(await take(stream, 1)).toEqual(['1']);
    expect(stream.cursor).toBe('1');
    expect(await take(stream, 99)).toEqual(range(2, 100));
    expect(streams.visits.length).toBeGreaterThan(5);
  });

  it('ends with an error when its cursor is not kept any more, after what had come', async () => {
    streams.log.push(event(1));
    streams.welcome = ({ socket }) => socket.close(STREAM_CLOSES.cursor_expired.code, 'gone');
    const stream = open({ since: '0' });
    expect(await take(stream, 1)).toEqual(['1']);
    const error: unknown = await stream.next().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MusterStreamError);
    expect(error).toMatchObject({ why: 'cursor_expired' });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect([stream.state.is, streams.visits.length]).toEqual(['ended', 1]);
  });

  it('ends with the problem when the key is refused, which a WebSocket alone can’t tell', async () => {
    streams.refuses = true;
    const error: unknown = await open()
      .next()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MusterApiError);
    expect(error).toMatchObject({ problem: { status: 401 } });
  });

  it('waits for a runtime that is not there yet', async () => {
    const port = await freePort();
    const stream = createClient({ baseUrl: `http://127.0.0.1:${port}`, WebSocket }).stream();
    opened.push(stream);
    await expect.poll(() => stream.state.why, SOON).not.toBeNull();
    expect(stream.state.is).toBe('connecting');
    await streams.close();
    streams = await startStreams(port);
    await stream.untilLive();
    expect(stream.state).toMatchObject({ is: 'live', why: null });
  });

  it('is over when its reader leaves, it is closed, or its signal says so', async () => {
    streams.log.push(event(1), event(2));
    for await (const frame of open()) {
      expect(frame.id).toBe('1');
      break;
    }
    const abort = new AbortController();
    const aborted = open({ signal: abort.signal, since: '2' });
    const waiting = aborted.next();
    await aborted.untilLive();
    abort.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    const late = open({ signal: abort.signal });
    expect([aborted.state.is, late.state.is]).toEqual(['ended', 'ended']);
    await expect(late.untilLive()).rejects.toThrow('it was closed');
    const isOver = ({ socket }: Visit) => socket.readyState === WebSocket.CLOSED;
    await expect.poll(() => streams.visits.every(isOver), SOON).toBe(true);
    expect(streams.visits.length).toBe(2);
  });

  it('says at once what it can’t ask for, and what it lacks', () => {
    expect(() => client.stream({ since: 'yesterday' })).toThrow(/since/);
    expect(() => client.stream({ accounts: ['somebody'] })).toThrow(/accounts/);
    if ('WebSocket' in globalThis) return;
    expect(() => createClient({ baseUrl: streams.baseUrl }).stream()).toThrow(/package ws/);
  });
});
