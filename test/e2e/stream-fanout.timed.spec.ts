import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { StreamFrame } from '#libs/contracts/stream';
import { percentile } from '#test/bench/percentile';
import { startRuntime, type TestRuntime } from '#test/support/runtime';

const CLIENTS = 200;
/** So many that one moment in which the machine stood still is less than a hundredth of them. */
const CHANGES = 120;
/** The bar of 1,000 clients on a quiet machine (`npm run bench -- --only stream`); other tests may be at work beside this. */
const P99_MS_MAX = 200;

let runtime: TestRuntime;
const sockets: WebSocket[] = [];
beforeAll(async () => {
  runtime = await startRuntime();
});
afterAll(async () => {
  for (const socket of sockets) socket.terminate();
  await runtime[Symbol.asyncDispose]();
});

interface Seen {
  readonly ids: string[];
  readonly delaysMs: number[];
}

function listen(): Promise<Seen> {
  const socket = new WebSocket(`${runtime.url.replace(/^http/, 'ws')}/ws?topics=accounts`);
  sockets.push(socket);
  const seen: Seen = { ids: [], delaysMs: [] };
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (data: Buffer) => {
      const { topic, id, at } = JSON.parse(data.toString()) as StreamFrame;
      if (topic === 'stream') return resolve(seen);
      seen.ids.push(id!);
      seen.delaysMs.push(Date.now() - Date.parse(at));
    });
  });
}

it(`${CLIENTS} clients are told each change, all in one order, with a p99 below ${P99_MS_MAX} ms`, async () => {
  const { accounts } = runtime.client;
  const { id } = await accounts.create({ label: 'x', provider: 'simulated' });
  const clients = await Promise.all(Array.from({ length: CLIENTS }, listen));
  for (let n = 1; n <= CHANGES; n += 1) {
    await accounts.patch(id, { label: `x${n}` });
    await vi.waitFor(() => expect(clients.every(({ ids }) => ids.length === n)).toBe(true), {
      timeout: 10_000,
      interval: 2,
    });
  }
  for (const { ids } of clients) expect(ids).toEqual(clients[0]!.ids);
  expect(
    percentile(
      clients.flatMap(({ delaysMs }) => delaysMs),
      0.99,
    ),
  ).toBeLessThan(P99_MS_MAX);
}, 60_000);

it('when the runtime stops, everybody is told to come back, and the stop is as quick as ever', async () => {
  const codes = sockets.map((socket) => new Promise<number>((resolve) => socket.once('close', resolve)));
  expect(await runtime.stop()).toBe(0);
  expect(new Set(await Promise.all(codes))).toEqual(new Set([1001]));
});
