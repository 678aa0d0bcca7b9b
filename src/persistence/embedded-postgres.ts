import { setTimeout as delay } from 'node:timers/promises';
import { endProcessTree } from '#libs/processes/process-ending';
import { hastenAskedStop } from './postgres-asked-stop.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { POSTGRES_ROLE, preparePostgresFolder } from './postgres-data.js';
import { RESTARTS_MAX, RESTARTS_WINDOW_MS, restartPauseMs } from './postgres-restarts.js';
import { startServer, type PostgresPlace, type PostgresServer } from './postgres-server.js';
import { serverUser } from './postgres-user.js';

export interface EmbeddedPostgresOptions {
  /** DATA_DIR/postgres. Held by DATA_DIR's lock: nobody else starts a server here meanwhile. */
  readonly dir: string;
  readonly log: { info(text: string): void; warn(text: string): void };
  /** The server went away by itself; connections are lost, and it is being restarted. */
  readonly onDown?: (how: string) => void;
  /** It is back, under the same url. */
  readonly onUp?: () => void;
  /** Breaks off a start that is under way. */
  readonly signal?: AbortSignal;
}

export interface EmbeddedPostgres {
  /** Holds the password: never log it. Stays the same over restarts. */
  readonly url: string;
  /** Whether a server left by a dead run was taken over. */
  readonly adopted: boolean;
  /** Of the server that runs now, or ran last. */
  readonly pid: number;
  /** Restarts that count now: at RESTARTS_MAX in RESTARTS_WINDOW_MS the next tries are spread. */
  readonly restartsCounted: number;
  /** Resolves when no process of it is left; throws when one could not be ended. Again: the same promise. */
  stop(limits?: { readonly askMs?: number; readonly hurry?: AbortSignal }): Promise<void>;
}

/** A fast shutdown ends connections and writes a checkpoint: some 50 ms, more on a slow disk. Part of SHUTDOWN_DEADLINE_MS. */
const STOP_ASK_MS = 10_000;
const STOP_KILL_MS = 5_000;

/**
 * Our own Postgres. It is started detached and survives a kill of this process on purpose: no acknowledged row is at risk,
 * and the next start adopts it. While we run it is restarted when it dies. Throws EmbeddedPostgresError, which says what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, ...(options.signal ? [options.signal] : [])]);
  const user = serverUser();
  const binaries = await findPostgresBinaries(user);
  const folder = await preparePostgresFolder(options.dir, binaries, user, signal);
  const place: PostgresPlace = { user, binaries, folder };

  const first = await startServer(place, undefined, signal);
  options.log.info(
    `embedded Postgres ${binaries.major} ${first.adopted ? 'adopted' : 'started'} (pid ${first.identity.pid}, port ${first.port})`,
  );
  const life = keepUp(place, first, options, stopping.signal);
  let stopped: Promise<void> | undefined;
  return {
    url: `postgres://${POSTGRES_ROLE}:${place.folder.password}@127.0.0.1:${first.port}/postgres`,
    adopted: first.adopted,
    get pid() {
      return life.latest().identity.pid;
    },
    get restartsCounted() {
      return life.restartsCounted();
    },
    stop: ({ askMs = STOP_ASK_MS, hurry } = {}) => (stopped ??= stop(askMs, hurry)),
  };

  async function stop(askMs: number, hurry: AbortSignal | undefined): Promise<void> {
    stopping.abort();
    const server = await life.settled(); // a restart under way is broken off first, or it would outlive us
    const limits = { askMs, killMs: STOP_KILL_MS, askSignal: 'SIGINT', ...(hurry && { hurry }) } as const;
    const ended = await endProcessTree(server.identity, limits);
    if (!ended.ok)
      throw new Error(`Postgres could not be ended: pid ${ended.survivors.map(({ pid }) => pid).join(', ')}`);
    options.log.info(
      ended.how === 'killed' ? 'embedded Postgres killed: it did not stop in time' : 'embedded Postgres stopped',
    );
  }
}

interface Life {
  /** The server that runs, or ran last. */
  latest(): PostgresServer;
  /** The same, once no restart is under way. */
  settled(): Promise<PostgresServer>;
  restartsCounted(): number;
}

/** Restarts the server on its port whenever it is gone, until told to stop. */
function keepUp(
  place: PostgresPlace,
  first: PostgresServer,
  { log, onDown, onUp }: EmbeddedPostgresOptions,
  stopping: AbortSignal,
): Life {
  const restartsMs: number[] = [];
  let server = first;
  let settled = Promise.resolve(first);

  async function run(): Promise<void> {
    for (;;) {
      const haste = (): void =>
        log.warn('embedded Postgres was asked to stop by somebody else; its connections are ended');
      const [how] = await Promise.all([server.gone, hastenAskedStop(server, place.folder.data, haste)]);
      if (stopping.aborted) return;
      settled = restart(how);
      server = await settled;
    }
  }

  /** Tries until it runs. Told to stop, it gives back the server that is gone. */
  async function restart(how: string): Promise<PostgresServer> {
    log.warn(`embedded Postgres went away (${how}); restarting it`);
    onDown?.(how);
    while (!stopping.aborted) {
      const next = await tryAgain();
      if (next === undefined) continue;
      log.info(`embedded Postgres is back (pid ${next.identity.pid}, port ${next.port})`);
      onUp?.();
      return next;
    }
    return server;
  }

  async function tryAgain(): Promise<PostgresServer | undefined> {
    const pauseMs = restartPauseMs(restartsMs, performance.now());
    if (pauseMs > 0) {
      log.warn(`embedded Postgres went away too often; next try in ${Math.ceil(pauseMs / 1_000)} s`);
      await delay(pauseMs, undefined, { signal: stopping }).catch(() => undefined); // cut short when told to stop
    }
    restartsMs.push(performance.now());
    if (restartsMs.length > RESTARTS_MAX) restartsMs.shift(); // older ones no longer count
    try {
      return await startServer(place, first.port, stopping);
    } catch (error) {
      if (!stopping.aborted) log.warn(`embedded Postgres did not come back: ${(error as Error).message}`);
      return undefined;
    }
  }

  // Nobody waits for its end: stop() looks in the process table, and what it waits for does not keep this process alive.
  // It rejects only when onDown or onUp throws, which is a bug and may end the process.
  void run();
  const restartsCounted = (): number => restartsMs.filter((at) => performance.now() - at <= RESTARTS_WINDOW_MS).length;
  return { latest: () => server, settled: () => settled, restartsCounted };
}
