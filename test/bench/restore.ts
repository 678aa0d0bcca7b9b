import type { Fleet } from './fleet.js';
import type { Figure } from './figure.js';
import { median } from './percentile.js';
import { readProcessCost } from './process-cost.js';
import { watchReadiness } from './readiness-watch.js';

interface Round {
  /** From the process's start to the last account CONNECTED. */
  readonly seconds: number;
  readonly apiSeconds: number;
  readonly rssMb: number;
  readonly peakMb: number;
  readonly cpuSeconds: number;
  readonly transitionsPerSecond: number;
  readonly unready: number;
  readonly loopDelayMsMax: number;
}

/** Stops and starts the runtime again and again: how long until everybody is back, and what it costs. */
export async function benchRestore(fleet: Fleet, rounds: number): Promise<readonly Figure[]> {
  const done: Round[] = [];
  while (done.length < rounds) done.push(await restoreOnce(fleet));
  const all = (field: keyof Round): number => median(done.map((round) => round[field]));
  const most = (field: keyof Round): number => Math.max(...done.map((round) => round[field]));
  const count = fleet.accountIds.length;
  const note = `median of ${rounds}`;
  return [
    { name: `restore of ${count}: all CONNECTED`, value: all('seconds'), unit: 's', bar: { below: 10 }, note },
    { name: 'its API answers, nobody shown as CONNECTED who is not', value: all('apiSeconds'), unit: 's', note },
    { name: 'CPU of the runtime until then', value: all('cpuSeconds'), unit: 's', note },
    { name: 'RSS then', value: all('rssMb'), unit: 'MB', bar: { below: 400 }, note },
    { name: 'RSS at its highest', value: all('peakMb'), unit: 'MB', bar: { below: 400 }, note },
    {
      name: 'committed transitions while restoring',
      value: all('transitionsPerSecond'),
      unit: '/s',
      bar: { atLeast: 2_000 },
      note,
    },
    { name: 'unready answers while restoring', value: most('unready'), unit: 'count', bar: { below: 1 } },
    { name: 'longest hold-up of the event loop', value: most('loopDelayMsMax'), unit: 'ms', note: `of ${rounds}` },
  ];
}

async function restoreOnce(fleet: Fleet): Promise<Round> {
  await fleet.runtime.stop();
  const beganAt = Date.now();
  const runtime = await fleet.startAgain();
  const watch = watchReadiness(runtime.url);
  const { transitions } = await fleet.allConnected().finally(() => watch.end());
  const connectedAt = Date.now();
  const stepAt = async (step: number): Promise<number> =>
    Date.parse((await runtime.sawLine((line) => line['step'] === step))['time'] as string);
  return {
    ...(await readProcessCost(runtime.pid)),
    ...(await watch.end()),
    seconds: (connectedAt - beganAt) / 1000,
    apiSeconds: ((await stepAt(4)) - beganAt) / 1000,
    transitionsPerSecond: (transitions / (connectedAt - (await stepAt(3)))) * 1000,
  };
}
