import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { writeAnswer } from '../control/json-http.js';
import { ok } from '../control/route.js';
import { type DemoDoor, openDoor } from './demo-door.js';

const PAGE = '<!doctype html><html lang="en"><head><title>Muster</title></head></html>';
const SCRIPT = gzipSync('console.log(1)');

let door: DemoDoor;
let inside: Server;
/** What stands behind the door; each test says what it does. */
let behave: RequestListener;
const heard: IncomingMessage[] = [];

beforeEach(async () => {
  heard.length = 0;
  behave = (_, response) => response.end();
  inside = createServer((request, response) => {
    heard.push(request);
    behave(request, response);
  }).listen(0, '127.0.0.1');
  await once(inside, 'listening');
  door = await openDoor(0);
});
afterEach(async () => {
  await door.close();
  inside.closeAllConnections();
  inside.close();
});

const lead = (): void => door.leadTo(`http://127.0.0.1:${(inside.address() as AddressInfo).port}`);

describe('the front door of the demo', () => {
  it('passes a call on as it came, and its answer back', async () => {
    lead();
    behave = (request, response) =>
      void text(request).then((body) => response.writeHead(302, { location: 'dashboard/', 'x-echo': body }).end());
    const answer = await fetch(`${door.url}/api/v1/accounts?limit=1`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: 'http://elsewhere.example', 'x-api-key': 'k' },
      body: 'hello',
    });
    expect([answer.status, answer.headers.get('location'), answer.headers.get('x-echo')]).toEqual([
      302,
      'dashboard/',
      'hello',
    ]);
    expect(heard[0]).toMatchObject({ method: 'POST', url: '/api/v1/accounts?limit=1' });
    expect(heard[0]!.headers).toMatchObject({
      host: new URL(door.url).host,
      origin: 'http://elsewhere.example',
      'x-api-key': 'k',
    });
  });

  it('tells the dashboard’s page where the demo answers, and never lets it be kept as it was', async () => {
    lead();
    behave = (_, response) => response.writeHead(200, { 'content-type': 'text/html', etag: '"a"' }).end(PAGE);
    const headers = { 'accept-encoding': 'gzip', 'if-none-match': '"a"' };
    const answer = await fetch(`${door.url}/dashboard/`, { headers });
    expect(await answer.text()).toContain('<head><meta name="muster-demo" content="../demo/"><title>');
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, null]);
    expect(Object.keys(heard[0]!.headers)).not.toContain('if-none-match');
  });

  it('touches nothing else of the dashboard', async () => {
    lead();
    const kept = {
      'content-type': 'text/javascript',
      'content-encoding': 'gzip',
      etag: '"b"',
      'cache-control': 'immutable',
    };
    behave = (_, response) => response.writeHead(200, kept).end(SCRIPT);
    const answer = await fetch(`${door.url}/dashboard/assets/main.js`, { headers: { 'if-none-match': '"b"' } });
    expect(Object.fromEntries(answer.headers)).toMatchObject(kept);
    expect(await answer.text()).toBe('console.log(1)');
    expect(heard[0]!.headers['if-none-match']).toBe('"b"');
  });

  it('answers its own calls itself', async () => {
    lead();
    door.answerBy((_, response) => writeAnswer(response, ok({ mine: true })));
    expect(await (await fetch(`${door.url}/demo/state`)).json()).toEqual({ mine: true });
    expect(heard).toEqual([]);
  });

  it('says that Muster is starting, and that it has ended', async () => {
    const codeOf = async (path: string) => ((await (await fetch(door.url + path)).json()) as { code: string }).code;
    expect([await codeOf('/health'), await codeOf('/demo/state')]).toEqual(['starting', 'starting']);
    lead();
    inside.closeAllConnections();
    await new Promise((resolve) => inside.close(resolve));
    expect(await codeOf('/health')).toBe('runtime_away');
  });

  it('breaks off inside what its caller breaks off', async () => {
    lead();
    const leave = new AbortController();
    const left = new Promise<void>((resolve) => {
      behave = (_, response) => {
        response.once('close', resolve);
        leave.abort();
      };
    });
    const call = fetch(`${door.url}/api/v1/events`, { signal: leave.signal });
    await expect(call).rejects.toThrow();
    await left;
  });
});

describe('a stream through the door', () => {
  it('has its protocol, its frames and the close that the runtime meant', async () => {
    lead();
    const streams = new WebSocketServer({ server: inside, handleProtocols: () => 'muster' });
    streams.on('connection', (socket) => {
      socket.on('message', (frame: Buffer) => {
        socket.send(frame.toString('utf8').toUpperCase());
        socket.close(4008, 'too much waits');
      });
    });
    const stream = new WebSocket(`${door.url.replace('http', 'ws')}/ws?topics=accounts`, ['muster', 'key.a']);
    const frame = once(stream, 'message') as Promise<[Buffer]>;
    const closed = once(stream, 'close') as Promise<[number, Buffer]>;
    await once(stream, 'open');
    stream.send('hello');
    expect([stream.protocol, String((await frame)[0])]).toEqual(['muster', 'HELLO']);
    const [code, reason] = await closed;
    expect([code, String(reason)]).toEqual([4008, 'too much waits']);
    streams.close();
  });

  it('is refused as the runtime refuses it', async () => {
    lead();
    inside.on('upgrade', (_, socket: Socket) => socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'));
    const stream = new WebSocket(`${door.url.replace('http', 'ws')}/ws`);
    const [, answer] = (await once(stream, 'unexpected-response')) as [unknown, IncomingMessage];
    expect(answer.statusCode).toBe(401);
    answer.resume();
    stream.on('error', () => undefined);
    stream.terminate();
  });

  it('ends with the door', async () => {
    lead();
    const streams = new WebSocketServer({ server: inside });
    const stream = new WebSocket(`${door.url.replace('http', 'ws')}/ws`);
    await once(stream, 'open');
    const closed = once(stream, 'close');
    await door.close();
    expect((await closed)[0]).toBe(1006);
    door = await openDoor(0);
    streams.close();
  });
});
