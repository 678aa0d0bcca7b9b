import { readFile } from 'node:fs/promises';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { listTree } from '#libs/processes/process-table';
import { readProcessCost } from '../process-cost.js';

export interface TreeCost {
  /** Proportional share of memory (PSS): pages shared between processes count once. MB of 2^20 bytes. */
  readonly pssMb: number;
  /** Of the processes that live now, since each began. */
  readonly cpuSeconds: number;
  readonly processes: number;
}

/** What a process and all its descendants cost now, but for Postgres and its own. Linux only. */
export async function readTreeCost(root: number): Promise<TreeCost> {
  const tree = withoutPostgres(listTree([root]));
  const costs = await Promise.all(tree.map(({ pid }) => costOf(pid)));
  const sum = (field: 'pssMb' | 'cpuSeconds'): number => costs.reduce((total, cost) => total + cost[field], 0);
  return { pssMb: sum('pssMb'), cpuSeconds: sum('cpuSeconds'), processes: tree.length };
}

/** A process that has ended meanwhile costs nothing. */
async function costOf(pid: number): Promise<Pick<TreeCost, 'pssMb' | 'cpuSeconds'>> {
  try {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    const { cpuSeconds } = await readProcessCost(pid);
    return { pssMb: Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]) / 1024, cpuSeconds };
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return { pssMb: 0, cpuSeconds: 0 };
    throw error;
  }
}

function withoutPostgres(tree: readonly ProcessEntry[]): readonly ProcessEntry[] {
  const servers = tree.filter((entry) => /(^|\/)postgres$/.test(entry.arguments()[0] ?? ''));
  const theirs = new Set(
    listTree(
      servers.map(({ pid }) => pid),
      tree,
    ).map(({ pid }) => pid),
  );
  return tree.filter(({ pid }) => !theirs.has(pid));
}
