import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from './figure.js';
import { makeFleet } from './fleet.js';
import { scrape } from './scrape.js';
import type { StreamReport } from './stream-clients.js';

const CLIENTS = 1_000;
/** Each of them is told to every client: 10,000 frames a second. */
const EVENTS_PER_SECOND = 10;
const MEASURED_MS = 15_000;
const WARM_UP_MS = 3_000;
/** A thousand connections are there in a second or two. */
const OPEN_MS_MAX = 60_000;

/**
 * From the change of an account (its event's `at`, when the transaction began, so the commit counts, too) until each of a
 * thousand clients has read its frame; and beside it the same frames sent barely by `ws` to the same clients.
 */
export async function benchStream(signal: AbortSignal): Promise<readonly Figure[]> {
  const { ours, cpuPercent, clientsThere } = await benchOurs(signal);
  const bare = await benchBare(ours.sample, signal);
  const kept = `${ours.frames} frames`;
  return [
    { name: 'clients of the stream', value: clientsThere, unit: 'count' },
    { name: 'commit to receipt, p50', value: ours.p50, unit: 'ms', note: kept },
    { name: 'commit to receipt, p99', value: ours.p99, unit: 'ms', bar: { below: 200 } },
    { name: 'commit to receipt, slowest', value: ours.max, unit: 'ms' },
    { name: 'CPU of the runtime meanwhile', value: cpuPercent, unit: '%', note: 'of one core' },
    { name: 'bare broadcast, p50', value: bare.p50, unit: 'ms', note: `${bare.frames} frames` },
    { name: 'bare broadcast, p99', value: bare.p99, unit: 'ms' },
    { name: 'ours ÷ bare, p99', value: ours.p99 / bare.p99, unit: '×' },
  ];
}

async function benchOurs(signal: AbortSignal) {
  await using fleet = await makeFleet(1, signal);
  const { url, client } = fleet.runtime;
  const accountId = fleet.accountIds[0]!;
  let label = 0;
  const change = (): Promise<unknown> => client.accounts.patch(accountId, { label: `label ${(label += 1)}` });
  const measured = await measure(`${url.replace(/^http/, 'ws')}/ws?topics=accounts`, change, url, signal);
  return measured;
}

async function benchBare(sample: string, signal: AbortSignal): Promise<StreamReport> {
  const server = fork(new URL('./bare-broadcast.js', import.meta.url), { stdio: 'inherit' });
  try {
    const [{ port }] = (await once(server, 'message', { signal })) as [{ port: number }];
    const change = async (): Promise<void> => void server.send(sample);
    return (await measure(`ws://127.0.0.1:${port}`, change, null, signal)).ours;
  } finally {
    server.kill();
  }
}

async function measure(url: string, change: () => Promise<unknown>, scraped: string | null, signal: AbortSignal) {
  const clients = fork(new URL('./stream-clients.js', import.meta.url), { stdio: 'inherit' });
  try {
    await ask(clients, { open: CLIENTS, url }, signal);
    await changeSteadily(change, WARM_UP_MS, signal);
    await ask(clients, { begin: true }, signal);
    const before = scraped === null ? null : await scrape(scraped);
    await changeSteadily(change, MEASURED_MS, signal);
    const after = scraped === null ? null : await scrape(scraped);
    await delay(WARM_UP_MS, undefined, { signal }); // stragglers
    const ours = (await ask(clients, { report: true }, signal)) as StreamReport;
    const cpuSeconds = before && after ? after.cpuSeconds - before.cpuSeconds : 0;
    return { ours, cpuPercent: (cpuSeconds / (MEASURED_MS / 1000)) * 100, clientsThere: CLIENTS };
  } finally {
    clients.kill();
  }
}

async function changeSteadily(change: () => Promise<unknown>, forMs: number, signal: AbortSignal): Promise<void> {
  for (let n = 0; n < (forMs / 1000) * EVENTS_PER_SECOND; n += 1) {
    await Promise.all([change(), delay(1_000 / EVENTS_PER_SECOND, undefined, { signal })]);
  }
}

async function ask(child: ChildProcess, question: object, signal: AbortSignal): Promise<unknown> {
  child.send(question);
  const [answer] = (await once(child, 'message', {
    signal: AbortSignal.any([signal, AbortSignal.timeout(OPEN_MS_MAX)]),
  })) as unknown[];
  return answer;
}
