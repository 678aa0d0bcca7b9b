import { readProcess } from './process-table.js';

/**
 * Who a process is for its whole life and after: a pid alone is reused, a pid with its start time is not.
 * `startTime` is opaque text without spaces or underscores: on Linux the machine's boot id and the start in clock ticks
 * since boot (field 22 of /proc/PID/stat), on macOS the start second told by `ps`.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** The process that has this pid now, or undefined when there is none. A zombie counts as gone: it holds nothing any more. */
export function identify(pid: number): ProcessIdentity | undefined {
  const entry = readProcess(pid);
  return entry === undefined || entry.zombie ? undefined : { pid, startTime: entry.startTime };
}

/** Whether exactly this process still lives; false when its pid belongs to another one by now. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTime === identity.startTime;
}

export function thisProcess(): ProcessIdentity {
  const self = identify(process.pid);
  if (self === undefined)
    throw new Error(`the system does not know this process (pid ${process.pid}): is /proc mounted?`);
  return self;
}
