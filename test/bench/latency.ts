import { Agent, get } from 'node:http';
import type { Bar, Figure } from './figure.js';
import type { Fleet } from './fleet.js';
import { inLanes } from './lanes.js';
import { percentile } from './percentile.js';

const CALLS = 1_000;
/** The first calls compile code; nobody's p99 is the first second of a process. */
const WARM_UP_CALLS = 200;

const ROUTES: readonly { readonly path: string; readonly name: string; readonly bar?: Bar }[] = [
  { path: '/health', name: '/health', bar: { below: 10 } },
  { path: '/api/v1/supervision', name: 'GET /supervision', bar: { below: 10 } },
  { path: '/api/v1/accounts?limit=100', name: 'GET /accounts?limit=100' },
];

/** Over real sockets that are kept open, whole bodies read; one call after the other, and four at a time. */
export async function benchLatency({ runtime, accountIds }: Fleet, signal: AbortSignal): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const { path, name, bar } of ROUTES) {
    for (const parallel of [1, 4]) {
      const samples = await callOften(`${runtime.url}${path}`, parallel, signal);
      const said = `${name} at ${accountIds.length} accounts, ${parallel} in flight`;
      figures.push({ name: `${said}, p50`, value: percentile(samples, 0.5), unit: 'ms' });
      figures.push({ name: `${said}, p99`, value: percentile(samples, 0.99), unit: 'ms', ...(bar && { bar }) });
    }
  }
  return figures;
}

async function callOften(url: string, parallel: number, signal: AbortSignal): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: parallel });
  const samples: number[] = [];
  try {
    await inLanes(Array(WARM_UP_CALLS + CALLS).keys(), parallel, signal, async () => {
      const beganAt = performance.now();
      await call(url, agent);
      samples.push(performance.now() - beganAt);
    });
  } finally {
    agent.destroy();
  }
  return samples.slice(WARM_UP_CALLS);
}

function call(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      response.resume();
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url} answered ${response.statusCode}`));
      });
    });
    request.on('error', reject);
  });
}
