import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endProcessTree } from '#libs/processes/process-ending';
import { identify, isAlive, type ProcessIdentity } from '#libs/processes/process-identity';
import { holdsArguments, readProcess } from '#libs/processes/process-table';
import { type PostgresBinaries } from './postgres-binaries.js';
import { type PostgresFolder } from './postgres-data.js';
import { EmbeddedPostgresError, type PostgresTrouble } from './postgres-error.js';
import { readPidFile } from './postgres-pid-file.js';
import { freeLoopbackPort } from './postgres-port.js';
import { postgresArguments } from './postgres-settings.js';
import { type ServerUser } from './postgres-user.js';

/** One life of the server: it accepts connections. */
export interface PostgresServer {
  readonly identity: ProcessIdentity;
  readonly port: number;
  readonly adopted: boolean;
  /** Resolves, with how it ended, once the server is gone. */
  readonly gone: Promise<string>;
}

export interface PostgresPlace {
  readonly folder: PostgresFolder;
  readonly binaries: PostgresBinaries;
  readonly user: ServerUser | undefined;
}

/** A usual start takes 25 ms, reading 256 MB of log again after a crash some seconds; a minute is for a busy, slow disk. */
const START_MS_MAX = 60_000;
const LOOK_EVERY_MS = 20;
/** After a kill of the server its connections leave within some 10 ms; until then their memory holds the data. */
const RETRY_AFTER_MS = 100;
/** An adopted server is not our child, so we look; with this its end is noticed soon enough for a restart in under 3 s. */
const ADOPTED_LOOK_EVERY_MS = 250;
const LOG_BYTES_MAX = 2 * 1024 * 1024;
const LOG_TAIL_BYTES_MAX = 2_000;

/** Adopts the server that lives on this data, or starts one: on `port`, or on a free one when undefined. Throws EmbeddedPostgresError. */
export async function startServer(
  place: PostgresPlace,
  port: number | undefined,
  stop: AbortSignal,
): Promise<PostgresServer> {
  const deadline = performance.now() + START_MS_MAX;
  for (;;) {
    const living = await adopt(place.folder.data, deadline, stop);
    if (living !== undefined) return living;
    try {
      return await launch(place, port ?? (await freeLoopbackPort()), deadline, stop);
    } catch (error) {
      const passes =
        error instanceof EmbeddedPostgresError && (error.why === 'port_taken' || error.why === 'still_in_use');
      if (!passes || performance.now() > deadline) throw error;
    }
    await delay(RETRY_AFTER_MS);
  }
}

async function adopt(data: string, deadline: number, stop: AbortSignal): Promise<PostgresServer | undefined> {
  for (;;) {
    const file = await readPidFile(data);
    const identity = file && identify(file.pid);
    if (file === undefined || identity === undefined) return undefined;
    if (!holdsArguments(readProcess(file.pid)?.arguments() ?? [], ['-D', data])) {
      // its pid belongs to another program by now; Postgres itself would take that for a living server and refuse
      await rm(join(data, 'postmaster.pid'), { force: true });
      return undefined;
    }
    if (file.status === 'ready') return { identity, port: file.port, adopted: true, gone: watch(identity) };
    await pause(deadline, stop); // it is starting, recovering or stopping
  }
}

async function launch(
  { folder, binaries, user }: PostgresPlace,
  port: number,
  deadline: number,
  stop: AbortSignal,
): Promise<PostgresServer> {
  const log = await openLog(folder.log);
  let child: ChildProcess;
  let ended: Promise<string>;
  try {
    // detached: Ctrl-C and the death of Node do not reach it. Its own environment: PGPORT and the like of ours mean others.
    const stdio = ['ignore', log.fd, log.fd] as const;
    const env = { PATH: process.env['PATH'] };
    child = spawn(binaries.postgres, postgresArguments(folder.data, port), {
      ...user,
      env,
      cwd: '/',
      stdio: [...stdio],
      detached: true,
    });
    ended = endOf(child); // in this very step: one that is refused its data ends while the log is being closed
  } finally {
    await log.close();
  }
  child.unref();
  let how: string | undefined;
  void ended.then((text) => (how = text));

  for (;;) {
    if (how !== undefined) throw await failure(folder.log, log.offset, how);
    const file = await readPidFile(folder.data);
    if (file?.status === 'ready' && file.pid === child.pid) break;
    try {
      await pause(deadline, stop);
    } catch (error) {
      const started = identify(child.pid ?? 0);
      if (started) await endProcessTree(started, { askMs: 5_000, killMs: 5_000, askSignal: 'SIGINT' });
      throw error;
    }
  }
  const identity = identify(child.pid ?? 0);
  if (identity === undefined) throw await failure(folder.log, log.offset, 'ended as soon as it was ready');
  return { identity, port, adopted: false, gone: ended };
}

async function pause(deadline: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) throw new EmbeddedPostgresError('stopped', 'the start of Postgres was broken off');
  if (performance.now() > deadline)
    throw new EmbeddedPostgresError('did_not_start', `Postgres was not ready within ${START_MS_MAX / 1_000} s`);
  await delay(LOOK_EVERY_MS);
}

/** Never rejects: a program that could not be started has ended as well. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `ended with code ${code}`));
  });
}

async function watch(identity: ProcessIdentity): Promise<string> {
  while (isAlive(identity)) await delay(ADOPTED_LOOK_EVERY_MS, undefined, { ref: false });
  return 'ended (adopted, so its exit code is not known)';
}

async function openLog(path: string): Promise<{ fd: number; offset: number; close(): Promise<void> }> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_BYTES_MAX) await rename(path, `${path}.1`);
  const file = await open(path, 'a', 0o600);
  return { fd: file.fd, offset: size > LOG_BYTES_MAX ? 0 : size, close: () => file.close() };
}

async function failure(log: string, offset: number, how: string): Promise<EmbeddedPostgresError> {
  const said = (await readFile(log)).subarray(offset).subarray(-LOG_TAIL_BYTES_MAX).toString('utf8').trim();
  return new EmbeddedPostgresError(troubleOf(said), `Postgres ${how}${said === '' ? '' : `: ${said}`}`);
}

export function troubleOf(said: string): PostgresTrouble {
  if (/Address already in use|could not create any TCP\/IP sockets/.test(said)) return 'port_taken';
  if (/pre-existing shared memory|lock file .* already exists/.test(said)) return 'still_in_use';
  return 'did_not_start';
}
