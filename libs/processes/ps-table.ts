import { spawnSync } from 'node:child_process';
import type { ProcessEntry } from './process-entry.js';

const COLUMNS = 'pid=,ppid=,pgid=,stat=,lstart=,command=';
/** Command lines of browsers are long; 16 MB is far above a full table. */
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** macOS and others without /proc: the process table by `ps`. Starts are known to the second only. */
export function listFromPs(): readonly ProcessEntry[] {
  return ps(['-axww', '-o', COLUMNS]);
}

export function readFromPs(pid: number): ProcessEntry | undefined {
  return ps(['-ww', '-o', COLUMNS, '-p', String(pid)])[0];
}

/** `  501     1   501 Ss   Sat Nov 21 05:19:46 2026     /usr/bin/thing --and arguments` */
export function parsePsLine(line: string): ProcessEntry | undefined {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s*(.*)$/.exec(line);
  if (match === null) return undefined;
  const [, pid, parentPid, groupId, state = '', started = '', command = ''] = match;
  return {
    pid: Number(pid),
    startTime: String(Date.parse(started)),
    parentPid: Number(parentPid),
    groupId: Number(groupId),
    zombie: state.startsWith('Z'),
    arguments: () => [command],
  };
}

function ps(options: readonly string[]): readonly ProcessEntry[] {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }; // the start must read the same in every process of ours
  const { stdout, error } = spawnSync('ps', options, { encoding: 'utf8', env, maxBuffer: OUTPUT_BYTES_MAX });
  if (error !== undefined) throw new Error('cannot read the process table by ps', { cause: error });
  return stdout
    .split('\n')
    .map(parsePsLine)
    .filter((entry) => entry !== undefined);
}
