import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openStreamStage, saysHello, SECONDS, type StreamStage } from '#test/support/stream-stage';

let stage: StreamStage;
afterEach(() => stage[Symbol.asyncDispose]());

/** A line of the metrics. */
const counts = (line: string) =>
  vi.waitFor(
    async () => expect((await stage.http.metrics.print()).split('\n').filter((l) => l === line)).toEqual([line]),
    SECONDS,
  );

describe('who may listen', () => {
  const KEY = 'a/key+with=signs';
  it.each([
    ['header X-Api-Key', { headers: { 'x-api-key': KEY } }],
    ['Authorization: Bearer', { headers: { authorization: `Bearer ${KEY}` } }],
    ['a subprotocol', { subprotocols: ['muster', `key.${Buffer.from(KEY).toString('base64url')}`] }],
  ])('shows a key by %s', async (_, shown) => {
    stage = await openStreamStage({ apiKeys: [KEY] });
    const listener = stage.listen('', shown);
    await saysHello(listener);
    expect(listener.socket.protocol).toBe('subprotocols' in shown ? 'muster' : '');
  });

  it.each([
    ['no key', '', {}, 401, 'unauthorized'],
    ['a wrong key', '', { headers: { 'x-api-key': 'other' } }, 401, 'unauthorized'],
    ['an unknown topic', '?topics=weather', { headers: { 'x-api-key': KEY } }, 400, 'invalid_request'],
    ['a cursor that is none', '?since=now', { headers: { 'x-api-key': KEY } }, 400, 'invalid_request'],
    ['an unknown name', '?topic=messages', { headers: { 'x-api-key': KEY } }, 400, 'invalid_request'],
    [
      'a name that comes twice',
      '?topics=messages&topics=accounts',
      { headers: { 'x-api-key': KEY } },
      400,
      'invalid_request',
    ],
    ['another address', '/there', { headers: { 'x-api-key': KEY } }, 404, 'not_found'],
  ])('is told as a plain answer: %s', async (_, query, shown, status, code) => {
    stage = await openStreamStage({ apiKeys: [KEY] });
    const answer = await stage.listen(query, shown).refused;
    expect(answer).toMatchObject({ status, type: 'application/problem+json' });
    expect(JSON.parse(answer.body)).toMatchObject({ status, code });
  });

  it('is no page of another site where no keys are asked for', async () => {
    stage = await openStreamStage();
    const foreign = await stage.listen('', { headers: { origin: 'https://elsewhere.example' } }).refused;
    expect(foreign.status).toBe(403);
    await saysHello(stage.listen('', { headers: { origin: stage.url.replace(/^ws(.*)\/ws$/, 'http$1') } }));
  });

  it('waits for the start, and comes back after the stop', async () => {
    stage = await openStreamStage();
    stage.http.runtime.setPhase('starting');
    expect((await stage.listen().refused).status).toBe(503);
    stage.http.runtime.setPhase('shutting_down');
    expect(await stage.listen().refused).toMatchObject({
      status: 503,
      body: expect.stringContaining('shutting_down') as string,
    });
  });

  it('finds room, or hears that there is none', async () => {
    stage = await openStreamStage({ limits: { clientsMax: 1 } });
    const first = stage.listen();
    await saysHello(first);
    expect(await stage.listen().refused).toMatchObject({
      status: 503,
      body: expect.stringContaining('stream_full') as string,
    });
    first.socket.close();
    await counts('muster_stream_clients 0');
    await saysHello(stage.listen());
  });
});

describe('the port of the API', () => {
  it('answers calls that offer another upgrade, as HTTP/2 clients do', async () => {
    stage = await openStreamStage();
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const call = request(stage.url.replace(/^ws(.*)\/ws$/, 'http$1/health/live'), {
        headers: {
          connection: 'Upgrade, HTTP2-Settings',
          upgrade: 'h2c',
          'http2-settings': 'AAMAAABkAAQAoAAAAAIAAAAA',
        },
      });
      call.on('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      call.on('error', reject);
      call.end();
    });
    expect(answer).toBe(200);
  });

  it.each(['GET // HTTP/1.1', 'GET http://[ HTTP/1.1', 'POST /ws HTTP/1.1'])(
    'survives the upgrade %s',
    async (line) => {
      stage = await openStreamStage();
      const { port } = new URL(stage.url);
      const answer = await new Promise<string>((resolve) => {
        const wire = connect(Number(port), '127.0.0.1');
        wire.on('data', (data) => resolve(data.toString()));
        wire.write(`${line}\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`);
      });
      expect(answer).toMatch(/^HTTP\/1.1 4\d\d /);
      await saysHello(stage.listen());
    },
  );
});
