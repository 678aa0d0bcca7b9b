import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createClient, type MusterClient } from '#libs/client/client';
import type { StreamState } from '#libs/client/event-stream';
import { readEvent } from '#libs/contracts/event-data';
import { STREAM_CLOSES, type StreamFrame } from '#libs/contracts/stream';
import { freePort } from '#test/support/free-port';
import { startRuntime, type TestRuntime } from '#test/support/runtime';
import { untilFrame } from '#test/support/simulated-pair';

/** After a start that took long it waits up to CLIENT_STREAM_RETRY_MS_MAX before it looks again. */
const COMES_BACK_MS_MAX = 45_000;

let runtime: TestRuntime;
let client: MusterClient;

beforeAll(async () => {
  runtime = await startRuntime({ API_KEYS: 'the-key', PORT: String(await freePort()) });
  ({ client } = runtime);
});
afterAll(async () => runtime[Symbol.asyncDispose]());

const create = (label: string) => client.accounts.create({ label, provider: 'simulated' });

describe('a stream of a running runtime', () => {
  it.each([undefined, 'another-key'])(
    'is refused with the problem to whoever comes with the key %s',
    async (apiKey) => {
      const stranger = createClient({ baseUrl: runtime.url, apiKey, WebSocket });
      const stream = stranger.stream();
      await expect(stream.untilLive()).rejects.toThrow('401 unauthorized');
      await expect(stream.next()).rejects.toMatchObject({ problem: { status: 401, code: 'unauthorized' } });
    },
  );

  it('tells what is written down, with a cursor, and what the supervisor does, without one', async () => {
    await using stream = client.stream({ topics: ['accounts', 'supervisor'] });
    await stream.untilLive();
    const { id } = await create('alice');
    await client.accounts.connect(id);
    const frames: StreamFrame[] = [];
    await untilFrame(stream, (frame) => {
      frames.push(frame);
      const told = readEvent(frame);
      return told?.event === 'account.changed' && told.data.state.status === 'CONNECTED';
    });
    const [logged, live] = ['accounts', 'supervisor'].map((topic) => frames.filter((frame) => frame.topic === topic));
    expect(logged![0]).toMatchObject({ event: 'account.created', accountId: id });
    expect(logged!.map(({ cursor }) => cursor)).toEqual(logged!.map(({ id: eventId }) => eventId));
    expect(live!.length).toBeGreaterThan(0);
    const incarnation = expect.any(Number) as number;
    for (const frame of live!)
      expect(frame).toMatchObject({ id: null, cursor: null, accountId: id, data: { incarnation } });
  });

  it('is of the accounts alone that were asked for', async () => {
    const [one, other] = await Promise.all([create('one'), create('other')]);
    await using stream = client.stream({ topics: ['accounts'], accounts: [one.id] });
    await stream.untilLive();
    for (const { id } of [other, one]) await client.accounts.patch(id, { label: 'renamed' });
    expect((await stream.next()).value).toMatchObject({ event: 'account.updated', accountId: one.id });
  });

  it('of webhooks tells what becomes of them', async () => {
    const webhook = await client.webhooks.create({ url: 'https://example.org/hook' });
    await using stream = client.stream({ topics: ['webhooks'] });
    await stream.untilLive();
    await client.webhooks.pause(webhook.id);
    const { value } = await stream.next();
    expect(readEvent(value!)).toMatchObject({ event: 'webhook.paused', data: { webhookId: webhook.id, by: 'person' } });
    await client.webhooks.delete(webhook.id);
  });

  it('is told of a stop, waits for the runtime, and goes on where it was', async () => {
    const { id } = await create('before');
    await using stream = client.stream({ topics: ['accounts'] });
    await stream.untilLive();
    const states: StreamState[] = [];
    stream.onState((state) => void states.push(state));
    expect(await runtime.stop()).toBe(0);
    await expect.poll(() => states[0]).toMatchObject({ is: 'stale', why: STREAM_CLOSES.going_away.text });
    runtime = await runtime.startAgain();
    await client.accounts.patch(id, { label: 'after' });
    const isRenamed = ({ event, accountId }: StreamFrame) => event === 'account.updated' && accountId === id;
    const renamed = await untilFrame(stream, isRenamed, COMES_BACK_MS_MAX);
    expect(renamed.data).toMatchObject({ label: 'after' });
  });
});
