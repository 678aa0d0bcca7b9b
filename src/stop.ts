import { setTimeout as delay } from 'node:timers/promises';
import type { Runtime } from './runtime.js';
import type { Opened } from './start.js';

/** What the process holds beside the runtime's parts. */
export interface Held {
  readonly opened: Opened;
  /** The start, which was told to break off: what it still opens must be there before it is closed. */
  readonly starting: Promise<void>;
  closeHttp(): Promise<void>;
  releaseDataDir(): Promise<void>;
}

/** Of the shutdown's time, what is kept for the store and the database after the sessions had theirs. */
const STORE_SHARE = 0.3;
/** A start breaks off within a second, the first one after the database's files are made. */
const START_SHARE = 0.3;
/** What every step gets, whoever overran before it: closing the database and giving back the lock take milliseconds. */
const STEP_MS_MIN = 1_000;

/**
 * Stops in the opposite order of the start: intake, accounts with their sessions, hosts, store, database, DATA_DIR.
 * A second signal (`hurry`) ends by force what is still open. Every step is tried even when one before it failed; nothing of it is recorded as a disconnection. Answers whether
 * all of it went well within SHUTDOWN_DEADLINE_MS.
 */
export async function stopRuntime(runtime: Runtime, held: Held, hurry: AbortSignal): Promise<boolean> {
  const { log, state, config } = runtime;
  const began = performance.now();
  state.setPhase('shutting_down');
  const leftMs = (share: number): number =>
    Math.max(STEP_MS_MIN, config.shutdownDeadlineMs * share - (performance.now() - began));
  let clean = true;
  const step = async (name: string, share: number, run: () => Promise<unknown>): Promise<void> => {
    const timer = new AbortController();
    const late = delay(leftMs(share), 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
    try {
      if ((await Promise.race([run().then(() => 'done' as const), late])) === 'done') return;
      log.error({ name }, 'a part of the shutdown took too long and was left');
    } catch (err) {
      log.error({ err, name }, 'a part of the shutdown failed');
    } finally {
      timer.abort();
    }
    clean = false;
  };

  // Asked to end now, waited for before the store goes: a round that hangs on the database must not cost sessions their time.
  const upkeep = Promise.all([held.opened.endUpkeep?.(), held.opened.browserSearch]);
  upkeep.catch(() => undefined); // its own step tells
  hurry.addEventListener('abort', () => runtime.accounts.hurry(), { once: true });
  await step('start', START_SHARE, () => held.starting.catch(() => undefined)); // whoever began it tells why it failed
  await step('accounts', 1 - STORE_SHARE, () => {
    const stopped = runtime.accounts.stop();
    if (hurry.aborted) runtime.accounts.hurry(); // the second signal came while the start was breaking off
    return stopped;
  });
  await step('drivers', 1 - STORE_SHARE / 2, () =>
    Promise.all([...runtime.drivers.values()].map((driver) => driver.close())),
  );
  await step('recorder', 1, async () => {
    await runtime.recorder.flush();
    await runtime.recorder.close();
  });
  await step('http', 1, () => held.closeHttp());
  await step('upkeep', 1, () => upkeep);
  await step('store', 1, async () => {
    if (runtime.dataSource.isInitialized) await runtime.dataSource.destroy();
  });
  await step('postgres', 1, async () => held.opened.postgres?.stop({ hurry }));
  runtime.metrics.close();
  await step('data folder', 1, () => held.releaseDataDir());
  return clean;
}
