import { readFile } from 'node:fs/promises';

export interface ProcessCost {
  /** Resident now, in MB of 2^20 bytes. */
  readonly rssMb: number;
  /** The most it ever was. */
  readonly peakMb: number;
  /** Of all its threads since it started: says more than the wall clock when others use the machine, too. */
  readonly cpuSeconds: number;
}

/** Kernel's unit of times in /proc, the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** As the kernel counts it (VmRSS and VmHWM in status, utime and stime in stat): Linux only; elsewhere it rejects. */
export async function readProcessCost(pid: number): Promise<ProcessCost> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const mbOf = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
  // The name in parentheses may hold spaces; what follows it does not.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  return { rssMb: mbOf('VmRSS'), peakMb: mbOf('VmHWM'), cpuSeconds };
}
