import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessEntry } from './process-entry.js';

/** Linux: the process table in /proc. Read synchronously: it is memory, not disk, and a look must not be torn apart by other work. */
export function listFromProc(): readonly ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readFromProc(Number(name)))
    .filter((entry) => entry !== undefined);
}

export function readFromProc(pid: number): ProcessEntry | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : parseStat(pid, stat, bootId());
}

/** `pid (name) state ppid pgrp … starttime …`, proc(5). The name may hold spaces and brackets, so fields count from the last `)`. */
export function parseStat(pid: number, stat: string, boot: string): ProcessEntry {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parentPid, groupId] = fields;
  const startTicks = fields[22 - 3]; // starttime is field 22, and the slice begins with field 3
  if (startTicks === undefined) throw new Error(`/proc/${pid}/stat is not as proc(5) says: ${stat}`);
  return {
    pid,
    startTime: `${boot}.${startTicks}`,
    parentPid: Number(parentPid),
    groupId: Number(groupId),
    zombie: state === 'Z' || state === 'X',
    arguments: () => splitCommandLine(readIfThere(`/proc/${pid}/cmdline`) ?? ''),
  };
}

/** Arguments end with NUL each; a rewritten title is padded with many. */
function splitCommandLine(raw: string): readonly string[] {
  const line = raw.replace(/\0+$/, '');
  return line === '' ? [] : line.split('\0');
}

let knownBootId: string | undefined;

/** Ticks count from boot, so they say nothing without the boot they count from. It cannot change while we run. */
function bootId(): string {
  return (knownBootId ??= readIfThere('/proc/sys/kernel/random/boot_id')?.trim() ?? 'boot');
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined; // ESRCH: it ended between open and read
    throw error;
  }
}
