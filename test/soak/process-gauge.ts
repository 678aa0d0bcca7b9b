import { readdir, readFile } from 'node:fs/promises';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { listTree } from '#libs/processes/process-table';

export const PROCESS_KINDS = ['runtime', 'hosts', 'browsers', 'postgres'] as const;
export type ProcessKind = (typeof PROCESS_KINDS)[number];

/** What all processes of a kind hold together. */
export interface KindCost {
  readonly count: number;
  /** MB of 2^20 bytes: resident, and the proportional share, in which pages that several use count once. */
  readonly rssMb: number;
  readonly pssMb: number;
  readonly descriptors: number;
  readonly threads: number;
}

export type ProcessCosts = Readonly<Record<ProcessKind, KindCost>>;

/** Of a runtime and all that it has started. Linux only; a process that ends meanwhile counts for nothing. */
export async function readProcessCosts(tree: readonly ProcessEntry[], runtimePid: number): Promise<ProcessCosts> {
  const sums = Object.fromEntries(PROCESS_KINDS.map((kind) => [kind, { ...NOTHING }])) as Record<ProcessKind, Sum>;
  const kinds = kindsOf(tree, runtimePid);
  for (const entry of tree) {
    const cost = await costOf(entry.pid);
    if (cost === null) continue;
    const sum = sums[kinds.get(entry.pid)!];
    for (const field of Object.keys(cost) as (keyof KindCost)[]) sum[field] += cost[field];
  }
  return sums;
}

type Sum = { -readonly [Field in keyof KindCost]: KindCost[Field] };
const NOTHING: KindCost = { count: 0, rssMb: 0, pssMb: 0, descriptors: 0, threads: 0 };

/** What is neither the runtime, nor Postgres, nor a host, is a browser, or starts one. */
function kindsOf(tree: readonly ProcessEntry[], runtimePid: number): ReadonlyMap<number, ProcessKind> {
  const servers = tree.filter((entry) => /(^|\/)postgres($|[: ])/.test(entry.arguments()[0] ?? ''));
  const postgres = new Set(
    listTree(
      servers.map(({ pid }) => pid),
      tree,
    ).map(({ pid }) => pid),
  );
  const kindOf = (entry: ProcessEntry): ProcessKind => {
    if (entry.pid === runtimePid) return 'runtime';
    if (postgres.has(entry.pid)) return 'postgres';
    return entry.arguments().some((argument) => argument.endsWith('/apps/engine/main.js')) ? 'hosts' : 'browsers';
  };
  return new Map(tree.map((entry) => [entry.pid, kindOf(entry)]));
}

async function costOf(pid: number): Promise<KindCost | null> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'latin1');
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1');
    const descriptors = (await readdir(`/proc/${pid}/fd`)).length;
    const field = (text: string, name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]);
    return {
      count: 1,
      rssMb: field(status, 'VmRSS') / 1024,
      pssMb: field(rollup, 'Pss') / 1024,
      descriptors,
      threads: field(status, 'Threads'),
    };
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
