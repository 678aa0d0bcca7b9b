import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from '../figure.js';
import type { BareRun } from './bare.js';
import type { WhatsappFleet } from './fleet.js';
import { readTreeCost } from './tree-cost.js';

/** After the start: caches are filled, garbage is collected, the browsers have stored what they store late. */
const SETTLE_MS = 15_000;
const REST_MS = 30_000;
const SHARE_OF_DEFAULT_MAX = 0.6;

interface Resting {
  readonly mbEach: number;
  /** Of one core, of all accounts together. */
  readonly cpuPercent: number;
}

/** Memory and CPU of so many connected accounts at rest, with all processes but Postgres: ours, and two bare scripts. */
export async function benchRestingCost(fleet: WhatsappFleet, signal: AbortSignal): Promise<readonly Figure[]> {
  const count = fleet.accountIds.length;
  await fleet.want(count);
  const ours = await rest(fleet.runtime.pid, count, signal);
  await fleet.stop();
  await fleet.bare.default.pair(count);
  const withDefaults = await restBare(await fleet.bare.default.start(count), count, signal);
  await fleet.bare.ours.pair(count);
  const withOurs = await restBare(await fleet.bare.ours.start(count), count, signal);
  await fleet.start(count);
  const bar = { below: SHARE_OF_DEFAULT_MAX * withDefaults.mbEach };
  const note = `PSS of all processes but Postgres, ${count} accounts`;
  return [
    { name: 'memory an account', value: ours.mbEach, unit: 'MB', bar, note },
    { name: '  a bare script, full Chromium, default flags', value: withDefaults.mbEach, unit: 'MB', note },
    { name: '  a bare script, our browser and flags', value: withOurs.mbEach, unit: 'MB', note },
    { name: '  ratio to the default', value: ours.mbEach / withDefaults.mbEach, unit: '×' },
    { name: 'CPU at rest, all accounts', value: ours.cpuPercent, unit: '%', note: 'of one core' },
    { name: '  a bare script, full Chromium, default flags', value: withDefaults.cpuPercent, unit: '%' },
    { name: '  a bare script, our browser and flags', value: withOurs.cpuPercent, unit: '%' },
  ];
}

async function restBare(run: BareRun, count: number, signal: AbortSignal): Promise<Resting> {
  try {
    return await rest(run.pid, count, signal);
  } finally {
    await run.end();
  }
}

async function rest(pid: number, count: number, signal: AbortSignal): Promise<Resting> {
  await delay(SETTLE_MS, undefined, { signal });
  const before = await readTreeCost(pid);
  await delay(REST_MS, undefined, { signal });
  const after = await readTreeCost(pid);
  return {
    mbEach: after.pssMb / count,
    cpuPercent: ((after.cpuSeconds - before.cpuSeconds) / (REST_MS / 1000)) * 100,
  };
}
