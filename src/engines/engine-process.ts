import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ToEngine } from '#libs/contracts/engine-ipc';
import { type EndLimits, endProcessTree } from '#libs/processes/process-ending';
import { identify, type ProcessIdentity } from '#libs/processes/process-identity';
import type { SupervisionLog } from '#src/supervision/ports';
import { recordEngine } from './engine-records.js';

/** What a dead host has said is in the line already: reading it takes a turn or two. */
const LAST_WORDS_MS_MAX = 200;

/** A started host, as far as the runtime needs it. The unit spec puts one in this process in its place. */
export interface EngineProcess {
  readonly pid: number;
  /** Never throws: a message to a dead host is lost, and its end is told by `onExit`. */
  send(message: ToEngine): void;
  onMessage(hear: (raw: unknown) => void): void;
  /** Called once, after the last of its messages. */
  onExit(run: (how: string) => void): void;
  /**
   * Ends it by force, at once. Its descendants notice by their pipe and get `askMs` to leave properly, less when it is
   * hurried; then force as well. Resolves when the system says that all are gone, false when some survived.
   */
  end(limits: Pick<EndLimits, 'askMs' | 'killMs' | 'hurry'>): Promise<boolean>;
}

export interface EngineProcessOptions {
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where a later start finds it, should this runtime be killed. */
  readonly recordsDir: string;
  readonly log: SupervisionLog;
}

/** The built host beside this build, or, when this runs from the sources, in `dist`. */
export function engineEntry(): string {
  const beside = fileURLToPath(new URL('../../apps/engine/main.js', import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(new URL('../../dist/apps/engine/main.js', import.meta.url));
}

/** Throws when no process can be started. */
export function forkEngine({ entry, env, recordsDir, log }: EngineProcessOptions): EngineProcess {
  const child = fork(entry, [], {
    env: { ...process.env, ...env },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { pid } = child;
  const identity = pid === undefined ? undefined : identify(pid);
  if (pid === undefined || identity === undefined) {
    child.on('error', () => undefined); // told by the throw
    throw new Error(`no engine host could be started from ${entry}`);
  }
  const forget = recordOrEnd(child, identity, recordsDir);
  child.stdout?.on('data', (text: Buffer) => log.debug({ engine: pid }, text.toString().trimEnd()));
  child.stderr?.on('data', (text: Buffer) => log.warn({ engine: pid }, text.toString().trimEnd()));
  child.on('error', (err) => log.warn({ engine: pid, err }, 'the line to an engine host failed'));
  child.once('exit', () => forgetSafely(forget, log, pid));
  return {
    pid,
    send: (message) => sendTo(child, message),
    onMessage: (hear) => void child.on('message', hear),
    onExit: (run) => void endOf(child).then(run),
    end: async (limits) => (await endProcessTree(identity, { ...limits, askSignal: 'SIGKILL' })).ok,
  };
}

/** A host that no later start would find must not run. A full disk is what stands in the way of a record. */
function recordOrEnd(child: ChildProcess, identity: ProcessIdentity, recordsDir: string): () => void {
  try {
    return recordEngine(recordsDir, identity);
  } catch (error) {
    child.on('error', () => undefined); // told by the throw
    child.kill('SIGKILL');
    throw new Error(`no engine host can be kept: its record was not written (${String(error)})`, { cause: error });
  }
}

/** One that can't be removed names a dead process, which the next start passes over. */
function forgetSafely(forget: () => void, log: SupervisionLog, pid: number): void {
  try {
    forget();
  } catch (err) {
    log.warn({ engine: pid, err }, 'the record of an engine host that ended could not be removed');
  }
}

/**
 * The system tells of an end before the line has been read to its end, which brings the last words. Never rejects: an
 * error of the line says nothing of the process, and `events.once` would take it for the answer.
 */
export async function endOf(child: ChildProcess): Promise<string> {
  const how = await new Promise<string>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`)),
  );
  const late = AbortSignal.timeout(LAST_WORDS_MS_MAX);
  // Late may also be this event loop, held up: what is in the line is read before it is given up.
  if (child.connected) await once(child, 'disconnect', { signal: late }).catch(() => turnOfTheLoop());
  return how;
}

function sendTo(child: ChildProcess, message: ToEngine): void {
  if (child.connected) child.send(message, () => undefined);
}
