import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { Pace } from './pace.js';

/** The kernel tells times to programs in hundredths of a second, whatever it counts in itself (USER_HZ, proc(5)). */
export const TICKS_PER_S = 100;

/** What /proc/PID/stat says of a process, as far as its cost goes. */
export interface ProcStat {
  readonly pid: number;
  readonly parentPid: number;
  /** Since boot. With the pid it names a process for ever. */
  readonly startTicks: number;
  /** Used by all its threads, ended ones included. */
  readonly cpuTicks: number;
  /** Pages it has in memory, shared ones in full. */
  readonly residentPages: number;
}

/**
 * All processes of this machine but zombies, by pid. Each file is read at once, since a /proc file costs 15 µs that way and
 * five times that with a promise; in between others get their turn, so one that ends or is born meanwhile may be missing.
 */
export async function readProcStats(pace: Pace): Promise<ReadonlyMap<number, ProcStat>> {
  const stats = new Map<number, ProcStat>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(Number(name));
    if (stat) stats.set(stat.pid, stat);
    await pace();
  }
  return stats;
}

/** `pid (name) state ppid …`: the name may hold spaces and brackets, so fields count from the last `)`, which ends field 2. */
export function parseProcStat(pid: number, text: string): ProcStat | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return {
    pid,
    parentPid: field(4),
    startTicks: field(22),
    cpuTicks: field(14) + field(15),
    residentPages: field(24),
  };
}

/** Seconds since boot, on the clock that `startTicks` counts by. */
export function secondsSinceBoot(): number {
  return Number(readFileSync('/proc/uptime', 'utf8').split(' ', 1)[0]);
}

function readStat(pid: number): ProcStat | null {
  try {
    return parseProcStat(pid, readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return null; // it has ended since it was listed
  }
}
