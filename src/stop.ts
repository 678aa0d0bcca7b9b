import { clearDeadLocks } from '#src/engines/profile-locks';
import type { Runtime } from './runtime.js';
import type { Opened } from './start.js';
import { createStopSteps } from './stop-steps.js';

/** What the process holds beside the runtime's parts. */
export interface Held {
  readonly opened: Opened;
  /** The start, which was told to break off: what it still opens must be there before it is closed. */
  readonly starting: Promise<void>;
  closeStream(): Promise<void>;
  closeHttp(): Promise<void>;
  releaseDataDir(): Promise<void>;
}

/** Of the shutdown's time, what is kept for the store and the database after the sessions had theirs. */
const STORE_SHARE = 0.3;
/** A start breaks off within a second, the first one after the database's files are made. */
const START_SHARE = 0.3;
/** A hurried stop still waits for what the start is opening, so that it is there to be closed. */
const HURRIED_START_MS_MAX = 5_000;

/**
 * Stops in the opposite order of the start: intake, accounts with their sessions, hosts, store, database, DATA_DIR.
 * Sessions and hosts that take too long are ended by force, and all of them at once after a second signal (`hurry`). Every
 * step is tried even when one before it failed; nothing of it is recorded as a disconnection. Answers whether all of it
 * is gone and stored within SHUTDOWN_DEADLINE_MS.
 */
export async function stopRuntime(runtime: Runtime, held: Held, hurry: AbortSignal): Promise<boolean> {
  const { log, state, config } = runtime;
  state.setPhase('shutting_down');
  runtime.closeMedia(); // what is fetched from elsewhere is given up, and its callers hear so
  const steps = createStopSteps(config.shutdownDeadlineMs, hurry, log);
  // Asked to end now, waited for before the store goes: a round that hangs on the database must not cost sessions their time.
  const upkeep = Promise.all([held.opened.endUpkeep?.(), held.opened.browserSearch]);
  upkeep.catch(() => undefined); // its own step tells
  const deliveries = Promise.resolve(held.opened.endWebhooks?.());
  deliveries.catch(() => undefined); // likewise

  // Whoever began the start tells why it failed.
  const starting = (): Promise<void> => held.starting.catch(() => undefined);
  await steps.take({ name: 'start', share: START_SHARE, run: starting, hurriedMs: HURRIED_START_MS_MAX });
  await steps.take({
    name: 'accounts',
    share: 1 - STORE_SHARE,
    run: () => {
      runtime.hosts.stopping();
      return runtime.accounts.stop();
    },
    force: () => {
      void runtime.hosts.hurry();
      runtime.accounts.hurry();
    },
  });
  await steps.take({
    name: 'drivers',
    share: 1 - STORE_SHARE / 2,
    run: () => closeDrivers(runtime),
    force: () => void runtime.hosts.hurry(),
  });
  await steps.take({ name: 'webhooks', share: 1 - STORE_SHARE / 2, run: () => deliveries });
  runtime.closeWebhooks();
  await closeStore(runtime, held, (name, run) => steps.take({ name, share: 1, run }), upkeep, hurry);
  return steps.clean;
}

/** No session is left by now, and its lock only where its host was ended by force. */
async function closeDrivers({ drivers, sessionsDir }: Runtime): Promise<void> {
  await Promise.all([...drivers.values()].map((driver) => driver.close()));
  await clearDeadLocks(sessionsDir);
}

async function closeStore(
  { recorder, dataSource, metrics, outbound }: Runtime,
  held: Held,
  step: (name: string, run: () => Promise<unknown>) => Promise<void>,
  upkeep: Promise<unknown>,
  hurry: AbortSignal,
): Promise<void> {
  await step('recorder', async () => {
    await recorder.flush();
    await recorder.close();
  });
  await step('stream', () => held.closeStream());
  await step('http', () => held.closeHttp());
  await step('upkeep', () => upkeep);
  await step('store', async () => {
    if (dataSource.isInitialized) await dataSource.destroy();
  });
  await step('postgres', async () => held.opened.postgres?.stop({ hurry }));
  metrics.close();
  outbound.close();
  await step('data folder', () => held.releaseDataDir());
}
