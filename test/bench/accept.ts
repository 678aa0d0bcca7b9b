import { Agent, request } from 'node:http';
import { OUTBOX_QUEUED_MAX } from '#libs/contracts/limits/messages';
import { startRuntime } from '#test/support/runtime';
import type { Figure } from './figure.js';
import { inLanes } from './lanes.js';

/** What Muster must take in on the queue of one account, on the disk before it answers. */
const ACCEPTS_PER_S_MIN = 1_500;
/** Callers at once, each with a connection that is kept open: a commit serves those that came meanwhile. */
const CALLERS = 32;
/** The first calls compile code. */
const WARM_UP_CALLS = 1_000;
/** Within the bound of a queue, with what the warm-up has put there. */
const CALLS = OUTBOX_QUEUED_MAX - WARM_UP_CALLS - CALLERS;

/** At the HTTP door, on one account's queue, in the embedded Postgres with fsync on; 202 is counted, nothing else is taken. */
export async function benchAccept(signal: AbortSignal): Promise<readonly Figure[]> {
  await using runtime = await startRuntime();
  // At rest, so that its queue only grows.
  const { id } = await runtime.client.accounts.create({ label: 'bench', provider: 'simulated' });
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  const url = `${runtime.url}/api/v1/accounts/${id}/messages`;
  const post = (n: number): Promise<void> => accept(agent, url, `{"to":"+380441234567","text":"message ${n}"}`);
  try {
    await inLanes(Array(WARM_UP_CALLS).keys(), CALLERS, signal, post);
    const beganAt = performance.now();
    await inLanes(Array(CALLS).keys(), CALLERS, signal, post);
    const value = CALLS / ((performance.now() - beganAt) / 1_000);
    const note = `${CALLS} calls over HTTP on one queue, ${CALLERS} callers, fsync on`;
    return [{ name: 'messages accepted, on the disk', value, unit: '/s', bar: { atLeast: ACCEPTS_PER_S_MIN }, note }];
  } finally {
    agent.destroy();
  }
}

function accept(agent: Agent, url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const call = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 202) resolve();
        else reject(new Error(`${url} answered ${response.statusCode}`));
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}
