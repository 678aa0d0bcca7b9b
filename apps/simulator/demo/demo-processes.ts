import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { isAlive, type ProcessIdentity } from '#libs/processes/process-identity';
import { holdsArguments, listProcesses, listTree, listUsersOfProfile } from '#libs/processes/process-table';

export interface Whereabouts {
  /** The runtime's DATA_DIR. */
  readonly dataDir: string;
  readonly runtimePid: number;
}

/** The browser's own process, known by its exact profile; undefined when there is none at this moment. */
export function browserOf(accountId: string, { dataDir }: Whereabouts): ProcessEntry | undefined {
  const users = listUsersOfProfile(join(dataDir, 'sessions', `session-${accountId}`));
  // Its helpers carry --type=, but for the moment between their fork and their start, in which they look like it.
  return users.find(
    (entry) => !users.some(({ pid }) => pid === entry.parentPid) && !entry.arguments().join(' ').includes('--type='),
  );
}

/** The runtime's engine host that has started this browser. */
export function engineHostOf(browser: ProcessEntry, { runtimePid }: Whereabouts): ProcessEntry | undefined {
  const all = listProcesses();
  return listTree([runtimePid], all).find(
    (entry) => isEngineHost(entry) && listTree([entry.pid], all).some(({ pid }) => pid === browser.pid),
  );
}

function isEngineHost(entry: ProcessEntry): boolean {
  return entry.arguments().some((argument) => argument.endsWith('/apps/engine/main.js'));
}

/** The embedded Postgres of this DATA_DIR: the process that its pid file names, and that was started on its data. */
export function databaseOf({ dataDir }: Whereabouts): ProcessEntry | undefined {
  const data = join(dataDir, 'postgres', 'data');
  const pid = pidIn(join(data, 'postmaster.pid'));
  return listProcesses().find((entry) => entry.pid === pid && holdsArguments(entry.arguments(), ['-D', data]));
}

function pidIn(file: string): number | null {
  try {
    return Number(readFileSync(file, 'utf8').split('\n', 1)[0]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null; // none runs at this moment
    throw error;
  }
}

/** To exactly this process. Answers whether it was still there. */
export function signalTo(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
