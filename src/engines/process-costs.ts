import { closeSync, openSync, read } from 'node:fs';
import { MEMORY_SHARE_CHANGE_MIN, MEMORY_SHARE_KEPT_LOOKS_MAX } from '#libs/contracts/limits/machines';
import type { ProcessCost } from '#src/observability/browser-figures';
import { type ProcStat, TICKS_PER_S } from './proc-stat.js';

/** A process and all below it, itself first. */
export type ProcessTree = readonly [ProcStat, ...ProcStat[]];

export interface TreeCost extends ProcessCost {
  /** What came to `cpuSeconds` since the look before. */
  readonly newCpuSeconds: number;
}

interface Known {
  readonly startTicks: number;
  cpuTicks: number;
  /** If it leads a tree: what the tree has used since it was first seen, by processes that have ended, too. */
  treeCpuTicks: number;
  shareBytes: number;
  /** As it was when the share was read. */
  residentPages: number;
  /** Number of the look that read the share. */
  readAt: number;
  seenAt: number;
}

/**
 * What trees of processes took since the look before, and what they hold now.
 *
 * To tell a process's share of memory (PSS) the kernel walks through all its pages: 0.7 to 4 ms for each of Chromium's.
 * So that is done by a thread, one process at a time, and not again while the process keeps its size; but after some looks
 * all the same, since the share also changes with what others do. At rest that is a quarter of the work.
 */
export class ProcessCosts {
  private readonly known = new Map<number, Known>();
  private look = 0;
  /** Seconds since boot. */
  private now = 0;
  private lookedAt = 0;

  /** Whatever is not measured between this and the next call is forgotten. */
  beginLook(secondsSinceBoot: number): void {
    this.look += 1;
    [this.lookedAt, this.now] = [this.now, secondsSinceBoot];
    for (const [pid, { seenAt }] of this.known) if (seenAt < this.look - 1) this.known.delete(pid);
  }

  async measure(tree: ProcessTree): Promise<TreeCost> {
    let memoryBytes = 0;
    let newCpuTicks = 0;
    for (const stat of tree) {
      const known = this.recall(stat);
      newCpuTicks += Math.max(0, stat.cpuTicks - known.cpuTicks);
      known.cpuTicks = stat.cpuTicks;
      known.seenAt = this.look;
      if (this.isStale(known, stat)) await this.readShare(known, stat);
      memoryBytes += known.shareBytes;
    }
    const leader = this.recall(tree[0]);
    leader.treeCpuTicks += newCpuTicks;
    const newCpuSeconds = newCpuTicks / TICKS_PER_S;
    const tookSeconds = Math.max(1 / TICKS_PER_S, this.now - Math.max(this.lookedAt, leader.startTicks / TICKS_PER_S));
    return {
      memoryBytes,
      newCpuSeconds,
      cpuPercent: (newCpuSeconds / tookSeconds) * 100,
      cpuSeconds: leader.treeCpuTicks / TICKS_PER_S,
      processes: tree.length,
    };
  }

  private recall({ pid, startTicks }: ProcStat): Known {
    const known = this.known.get(pid);
    if (known?.startTicks === startTicks) return known;
    const nothing = { cpuTicks: 0, treeCpuTicks: 0, shareBytes: 0, residentPages: 0, readAt: 0 };
    const fresh: Known = { startTicks, seenAt: this.look, ...nothing };
    this.known.set(pid, fresh);
    return fresh;
  }

  private isStale({ residentPages, readAt }: Known, now: ProcStat): boolean {
    if (Math.abs(now.residentPages - residentPages) > residentPages * MEMORY_SHARE_CHANGE_MIN) return true;
    // By pid, so that those that were started together are not all read anew in the same look.
    const isItsTurn = (this.look + now.pid) % MEMORY_SHARE_KEPT_LOOKS_MAX === 0;
    return isItsTurn || this.look - readAt >= MEMORY_SHARE_KEPT_LOOKS_MAX;
  }

  private async readShare(known: Known, { pid, residentPages }: ProcStat): Promise<void> {
    known.shareBytes = await readShareBytes(pid);
    known.residentPages = residentPages;
    known.readAt = this.look;
  }
}

/** A rollup has some twenty lines. */
const ROLLUP_BYTES_MAX = 4_096;

/** A process that has ended meanwhile has no memory. Opening costs nothing; only the reading walks, so only it is a thread's. */
function readShareBytes(pid: number): Promise<number> {
  let file: number;
  try {
    file = openSync(`/proc/${pid}/smaps_rollup`, 'r');
  } catch {
    return Promise.resolve(0);
  }
  return new Promise((resolve) => {
    const text = Buffer.allocUnsafe(ROLLUP_BYTES_MAX);
    read(file, text, 0, ROLLUP_BYTES_MAX, 0, (error, length) => {
      closeSync(file);
      const kilobytes = error ? undefined : /^Pss:\s+(\d+) kB/m.exec(text.toString('latin1', 0, length))?.[1];
      resolve(kilobytes === undefined ? 0 : Number(kilobytes) * 1024);
    });
  });
}
