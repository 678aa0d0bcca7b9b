import { setTimeout as delay } from 'node:timers/promises';
import { startRuntime, type TestRuntime } from '#test/support/runtime';
import { inLanes } from './lanes.js';
import { scrape, type Scrape } from './scrape.js';

/** A built runtime with so many simulated accounts, all connected: made through the API, with the settings everybody gets. */
export interface Fleet extends AsyncDisposable {
  /** The present process; another one after `startAgain`. */
  readonly runtime: TestRuntime;
  readonly accountIds: readonly string[];
  /** Stops the process properly, if it runs, and starts it on the same DATA_DIR. */
  startAgain(env?: NodeJS.ProcessEnv): Promise<TestRuntime>;
  /** Resolves with the first scrape that finds all connected. */
  allConnected(): Promise<Scrape>;
}

/** Calls at once: a few group commits' worth. */
const CALLS_PARALLEL = 64;
/** Ten times what a wave of first pairings or a restore should take. */
const CONNECTED_WAIT_MS_MAX = 120_000;
/** A scrape counts all accounts, some 8 ms of the process that is measured. */
const LOOK_EVERY_MS = 250;

export async function makeFleet(accounts: number, signal: AbortSignal): Promise<Fleet> {
  let runtime = await startRuntime();
  const accountIds: string[] = [];
  const fleet: Fleet = {
    get runtime() {
      return runtime;
    },
    accountIds,
    async startAgain(env) {
      await runtime.stop();
      return (runtime = await runtime.startAgain(env));
    },
    allConnected: () => allConnected(runtime.url, accounts, signal),
    [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
  };
  try {
    await inLanes(Array(accounts).keys(), CALLS_PARALLEL, signal, async (n) => {
      const { id } = await runtime.client.accounts.create({ label: `bench ${n}`, provider: 'simulated' });
      accountIds.push(id);
      await runtime.client.accounts.connect(id);
    });
    await fleet.allConnected();
    return fleet;
  } catch (error) {
    await fleet[Symbol.asyncDispose]();
    throw error;
  }
}

async function allConnected(url: string, accounts: number, signal: AbortSignal): Promise<Scrape> {
  const deadline = performance.now() + CONNECTED_WAIT_MS_MAX;
  for (;;) {
    const seen = await scrape(url);
    if (seen.connected === accounts) return seen;
    if (performance.now() > deadline)
      throw new Error(`${seen.connected} of ${accounts} accounts connected within ${CONNECTED_WAIT_MS_MAX} ms`);
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}
