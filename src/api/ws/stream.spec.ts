import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type LoggedEventName, LOGGED_EVENTS } from '#libs/contracts/event-log';
import { streamFrameSchema } from '#libs/contracts/stream';
import { type Listener, openStreamStage, type StreamStage } from '#test/support/stream-stage';

const SECONDS = { timeout: 5_000, interval: 5 };
const [ANNA, BERT] = ['0196b3f0-0000-7000-8000-00000000000a', '0196b3f0-0000-7000-8000-00000000000b'];

let stage: StreamStage;
afterEach(() => stage[Symbol.asyncDispose]());

const happen = (event: LoggedEventName, accountId: string | null = ANNA, text = 'x') =>
  stage.http.events.add({
    topic: LOGGED_EVENTS[event],
    event,
    accountId,
    at: new Date().toISOString(),
    data: { text },
  });
const saysHello = (listener: Listener) =>
  vi.waitFor(() => expect(listener.frames[0]).toMatchObject({ event: 'stream.hello' }), SECONDS);
/** A line of the metrics. */
const counts = (line: string) =>
  vi.waitFor(
    async () => expect((await stage.http.metrics.print()).split('\n').filter((l) => l === line)).toEqual([line]),
    SECONDS,
  );
/** Large messages, until the metrics have this line. */
async function talk(until: string): Promise<void> {
  const has = async (): Promise<boolean> => (await stage.http.metrics.print()).includes(`\n${until}\n`);
  for (let told = 0; told < 1_000 && !(await has()); told += 1) {
    happen('message.received', ANNA, 'y'.repeat(50_000));
    await new Promise((resolve) => setTimeout(resolve, 5)); // as fast as a reader reads, and no faster
  }
}
const isTold = (listener: Listener, ids: readonly (string | null)[]) =>
  vi.waitFor(() => expect(listener.told().map(({ id }) => id)).toEqual(ids), SECONDS);

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
    expect(foreign.status).toBe(401);
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

describe('what is told', () => {
  it('begins with a hello that carries the cursor, then comes as it happens, each frame in its shape', async () => {
    stage = await openStreamStage();
    happen('account.created');
    const listener = stage.listen();
    await saysHello(listener);
    expect(listener.frames[0]).toMatchObject({ topic: 'stream', cursor: '1', accountId: null });
    happen('message.accepted');
    await isTold(listener, ['2']);
    for (const frame of listener.frames) streamFrameSchema.parse(frame);
    expect(listener.told()[0]).toMatchObject({
      topic: 'messages',
      event: 'message.accepted',
      cursor: '2',
      accountId: ANNA,
    });
  });

  it('with since begins behind that cursor and goes on, without a gap or a double', async () => {
    stage = await openStreamStage();
    for (let n = 0; n < 30; n += 1) happen('message.changed');
    const listener = stage.listen('?since=20');
    await saysHello(listener);
    for (let n = 0; n < 5; n += 1) happen('message.changed');
    await isTold(
      listener,
      Array.from({ length: 15 }, (_, n) => `${21 + n}`),
    );
    expect(listener.frames[0]).toMatchObject({ cursor: '20' });
  });

  it('is only of the topics and accounts that were asked for', async () => {
    stage = await openStreamStage();
    happen('account.created', BERT);
    const listener = stage.listen(`?topics=messages,supervisor&accounts=${ANNA}&since=0`);
    const all = stage.listen();
    await saysHello(listener);
    await saysHello(all);
    happen('message.accepted', BERT);
    happen('account.updated', ANNA);
    happen('webhook.paused', null);
    happen('message.accepted', ANNA);
    await isTold(listener, ['5']);
    await isTold(all, ['2', '3', '4', '5']);
    const note = { event: 'supervisor.noted', at: 1, what: 'session.restarted', data: { afterMs: 5 } } as const;
    stage.bus.publish({ ...note, accountId: BERT });
    stage.bus.publish({ ...note, accountId: ANNA });
    await isTold(listener, ['5', null]);
    expect(listener.told().at(-1)).toMatchObject({ topic: 'supervisor', event: 'session.restarted', cursor: null });
  });

  it('is a change of the health, to those who asked for it', async () => {
    stage = await openStreamStage();
    let status: 'up' | 'down' = 'up';
    stage.http.runtime.addReadinessPart({ name: 'disk', check: () => ({ status }) });
    const listener = stage.listen('?topics=health');
    await saysHello(listener);
    await vi.waitFor(() => expect(stage.http.runtime.checkParts()).resolves.toHaveProperty('disk'), SECONDS);
    setTimeout(() => (status = 'down'), 1_500);
    await vi.waitFor(
      () => expect(listener.told()[0]).toMatchObject({ event: 'health.changed', data: { parts: { disk: 'down' } } }),
      SECONDS,
    );
  }, 10_000);

  it('has a heartbeat with the cursor up to which all is told, also what was not for this one', async () => {
    stage = await openStreamStage({ limits: { heartbeatEveryMs: 20 } });
    const listener = stage.listen('?topics=webhooks');
    await saysHello(listener);
    happen('message.accepted');
    await vi.waitFor(
      () => expect(listener.frames.at(-1)).toMatchObject({ event: 'stream.heartbeat', cursor: '1' }),
      SECONDS,
    );
  });
});

describe('a connection ends', () => {
  it('with 4008 for a client that stops reading, at once and without harm to the others', async () => {
    stage = await openStreamStage({ limits: { bufferBytesMax: 100_000, closeMsMax: 300 } });
    const [good, lame] = [stage.listen(), stage.listen()];
    await saysHello(good);
    await saysHello(lame);
    lame.socket.pause();
    await talk('muster_stream_closes_total{why="slow_consumer"} 1');
    lame.socket.resume(); // what it had not read yet, then the word
    await expect(lame.closed).resolves.toMatchObject({ code: 4008 });
    await isTold(
      good,
      stage.http.events.events.map(({ id }) => id),
    );
    const last = lame.told().at(-1)!.cursor!;
    const again = stage.listen(`?since=${last}`);
    await isTold(
      again,
      stage.http.events.events.slice(Number(last)).map(({ id }) => id),
    );
  }, 20_000);

  it('by force when a client that stopped reading never reads that either', async () => {
    stage = await openStreamStage({ limits: { bufferBytesMax: 100_000, closeMsMax: 50 } });
    const lame = stage.listen();
    await saysHello(lame);
    lame.socket.pause();
    await talk('muster_stream_clients 0');
  }, 20_000);

  it('never for a client that reads slowly what has been', async () => {
    stage = await openStreamStage({ limits: { bufferBytesMax: 100_000 } });
    for (let n = 0; n < 300; n += 1) happen('message.received', ANNA, 'y'.repeat(30_000));
    const slow = stage.listen('?since=0');
    slow.socket.on('message', () => {
      slow.socket.pause();
      setTimeout(() => slow.socket.resume(), 1);
    });
    await isTold(
      slow,
      stage.http.events.events.map(({ id }) => id),
    );
  }, 20_000);

  it.each([
    ['a text', 'hello'],
    ['too much', 'x'.repeat(5_000)],
  ])('when the client sends %s', async (_, text) => {
    stage = await openStreamStage();
    const listener = stage.listen();
    await saysHello(listener);
    listener.socket.send(text);
    expect([1008, 1009]).toContain((await listener.closed).code);
  });

  it('with 4009 when no ping is answered', async () => {
    stage = await openStreamStage({ limits: { heartbeatEveryMs: 20, silentMsMax: 60, closeMsMax: 50 } });
    const listener = stage.listen();
    listener.socket.pong = () => undefined;
    await expect(listener.closed).resolves.toMatchObject({ code: 4009 });
  });

  it('with 4010 when since is older than what is kept', async () => {
    stage = await openStreamStage();
    stage.http.events.forgottenTo = 5;
    await expect(stage.listen('?since=4').closed).resolves.toMatchObject({ code: 4010 });
  });

  it('with 4013 when the log can’t be read', async () => {
    stage = await openStreamStage();
    stage.http.events.failure = new Error('away');
    await expect(stage.listen('?since=4').closed).resolves.toMatchObject({ code: 4013 });
  });

  it('with 1001 when the runtime stops, also for one who does not listen', async () => {
    stage = await openStreamStage();
    const [one, deaf] = [stage.listen(), stage.listen()];
    await saysHello(one);
    await saysHello(deaf);
    deaf.socket.pause();
    const began = performance.now();
    await stage.stream.close();
    expect(performance.now() - began).toBeLessThan(3_000);
    await expect(one.closed).resolves.toMatchObject({ code: 1001 });
    expect((await stage.listen().refused).status).toBe(503);
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
