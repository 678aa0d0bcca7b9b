import { listFromProc, readFromProc } from './proc-table.js';
import type { ProcessEntry } from './process-entry.js';
import { listFromPs, readFromPs } from './ps-table.js';

// macOS has no /proc; `ps` costs some 10 ms a look there, a /proc entry some 20 µs.
const platform =
  process.platform === 'linux' ? { read: readFromProc, list: listFromProc } : { read: readFromPs, list: listFromPs };

export function readProcess(pid: number): ProcessEntry | undefined {
  return platform.read(pid);
}

/** Every living process; zombies are left out. */
export function listProcesses(): readonly ProcessEntry[] {
  return platform.list().filter((entry) => !entry.zombie);
}

export function listGroup(groupId: number, among = listProcesses()): readonly ProcessEntry[] {
  return among.filter((entry) => entry.groupId === groupId);
}

/** The processes with these pids and all their descendants, parents before children. */
export function listTree(roots: readonly number[], among = listProcesses()): readonly ProcessEntry[] {
  const found = among.filter((entry) => roots.includes(entry.pid));
  const seen = new Set(found.map((entry) => entry.pid));
  for (const parent of found) {
    const children = among.filter((entry) => entry.parentPid === parent.pid && !seen.has(entry.pid));
    for (const child of children) seen.add(child.pid);
    found.push(...children); // the loop goes on over what is added; each process is added once
  }
  return found;
}

/** The processes of the browser that has this profile open: those told exactly `--user-data-dir=PATH`. */
export function listUsersOfProfile(path: string, among = listProcesses()): readonly ProcessEntry[] {
  return among.filter((entry) => holdsArguments(entry.arguments(), [`--user-data-dir=${path}`]));
}

/**
 * Whether the wanted arguments stand in a command line, whole and next to each other. In a rewritten title (one element) they must
 * be followed by a further option or by the end, so that `--dir=/a` is found neither in `--dir=/ab` nor in `--dir=/a b`.
 */
export function holdsArguments(line: readonly string[], wanted: readonly string[]): boolean {
  if (line.length === 1) {
    const title = `${line[0]} -`;
    return title.includes(` ${wanted.join(' ')} -`);
  }
  return line.some((_, at) => wanted.every((argument, i) => line[at + i] === argument));
}

/** Whether an argument of a command line begins like this, also in a rewritten title. */
export function holdsOption(line: readonly string[], beginning: string): boolean {
  return line.length === 1
    ? ` ${line[0]}`.includes(` ${beginning}`)
    : line.some((argument) => argument.startsWith(beginning));
}
