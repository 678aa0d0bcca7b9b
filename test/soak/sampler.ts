import { join } from 'node:path';
import type { TestRuntime } from '#test/support/runtime';
import { readFolderSize } from './folder-size.js';
import { readLiveHeap } from './live-heap.js';
import type { OrphanWatch } from './orphan-watch.js';
import { PROCESS_KINDS, type ProcessCosts, readProcessCosts } from './process-gauge.js';
import { readStoreSize } from './store-gauge.js';

/** All that was read in one look; what didn't answer is missing. */
export interface Sample {
  readonly atMs: number;
  /** Nothing is broken, and nothing has been for a while. */
  readonly calm: boolean;
  readonly values: Readonly<Record<string, number>>;
}

export interface Sampled {
  readonly runtime: TestRuntime;
  readonly orphans: OrphanWatch;
  /** Everything that they start writes its temporary files here. */
  readonly tempDir: string;
  readonly inspectorPort: number;
}

/** Rows and folders are counted in one look of so many: a count of all rows costs the store more than a scrape. */
const SLOW_LOOK_EVERY = 4;
/** Kept until their retention: they grow by what is done. */
const HISTORY = new Set(['account_transition', 'event', 'message', 'webhook_delivery', 'group_change', 'media']);

/** Reads everything that may grow. `n` counts the looks. */
export async function readSample(
  { runtime, orphans, tempDir, inspectorPort }: Sampled,
  n: number,
): Promise<Readonly<Record<string, number>>> {
  const costs = await readProcessCosts(orphans.look(runtime.pid), runtime.pid);
  const values = { ...valuesOfProcesses(costs), ...(await readMetrics(runtime)) };
  const more = n % SLOW_LOOK_EVERY === 0 ? await readDisk(runtime.dataDir, tempDir) : {};
  const live = n % SLOW_LOOK_EVERY === 1 ? await readLiveHeap(runtime.pid, inspectorPort) : null;
  return { ...values, orphans: orphans.orphans().length, ...more, ...(live !== null && { 'runtime.liveMb': live }) };
}

function valuesOfProcesses(costs: ProcessCosts): Record<string, number> {
  const values: Record<string, number> = {
    processes: PROCESS_KINDS.reduce((sum, kind) => sum + costs[kind].count, 0),
  };
  for (const kind of PROCESS_KINDS)
    for (const [field, value] of Object.entries<number>({ ...costs[kind] })) values[`${kind}.${field}`] = value;
  return values;
}

/** Nothing while the runtime doesn't answer in time. */
async function readMetrics({ client }: TestRuntime): Promise<Record<string, number>> {
  const text = await client.metrics().catch(() => null);
  if (text === null) return {};
  const samples = [...text.matchAll(/^(\w+)(?:\{([^}]*)\})? (\S+)$/gm)];
  const sum = (name: string, label = ''): number =>
    samples
      .filter(([, its, labels]) => its === name && (labels ?? '').includes(label))
      .reduce((total, [, , , value]) => total + Number(value), 0);
  const timers = sum('nodejs_active_resources', 'type="Timeout"') + sum('nodejs_active_resources', 'type="Immediate"');
  return {
    'runtime.heapMb': sum('nodejs_heap_size_used_bytes') / 2 ** 20,
    'runtime.timers': timers,
    'runtime.handles': sum('nodejs_active_resources_total') - timers,
    'accounts.connected': sum('muster_accounts', 'status="CONNECTED"'),
    outbox: sum('muster_outbox_messages', 'which="all"'),
  };
}

async function readDisk(dataDir: string, tempDir: string): Promise<Record<string, number>> {
  const profiles = await readFolderSize(join(dataDir, 'sessions'));
  const temp = await readFolderSize(tempDir);
  const disk = { 'profiles.mb': profiles.mb, 'profiles.files': profiles.files, 'temp.files': temp.files };
  const store = await readStoreSize(dataDir);
  if (store === null) return disk;
  const values: Record<string, number> = { ...disk, 'store.mb': store.mb, 'rows.standing': 0, 'rows.history': 0 };
  for (const [table, rows] of Object.entries(store.rows)) {
    values[HISTORY.has(table) ? 'rows.history' : 'rows.standing']! += rows;
    values[`rows of ${table}`] = rows;
  }
  return values;
}
