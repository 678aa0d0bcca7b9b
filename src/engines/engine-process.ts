import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ToEngine } from '#libs/contracts/engine-ipc';
import { endProcessTree } from '#libs/processes/process-ending';
import { identify } from '#libs/processes/process-identity';
import type { SupervisionLog } from '#src/supervision/ports';
import { recordEngine } from './engine-records.js';

/** A started host, as far as the runtime needs it. The unit spec puts one in this process in its place. */
export interface EngineProcess {
  readonly pid: number;
  /** Never throws: a message to a dead host is lost, and its end is told by `onExit`. */
  send(message: ToEngine): void;
  onMessage(hear: (raw: unknown) => void): void;
  /** Called once. */
  onExit(run: (how: string) => void): void;
  /** Ends it with its descendants; resolves when the system says they are gone, false when some survived. */
  end(killMs: number): Promise<boolean>;
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
  const forget = recordEngine(recordsDir, identity);
  child.stdout?.on('data', (text: Buffer) => log.debug({ engine: pid }, text.toString().trimEnd()));
  child.stderr?.on('data', (text: Buffer) => log.warn({ engine: pid }, text.toString().trimEnd()));
  child.on('error', (err) => log.warn({ engine: pid, err }, 'the line to an engine host failed'));
  child.once('exit', forget);
  return {
    pid,
    send: (message) => sendTo(child, message),
    onMessage: (hear) => void child.on('message', hear),
    onExit: (run) => void child.once('exit', (code, signal) => run(signal ?? `exit code ${code}`)),
    end: async (killMs) => (await endProcessTree(identity, { askMs: 0, killMs })).ok,
  };
}

function sendTo(child: ChildProcess, message: ToEngine): void {
  if (child.connected) child.send(message, () => undefined);
}
