import { setTimeout as delay } from 'node:timers/promises';
import { benchBareInsert } from './bare-insert.js';
import type { Fleet } from './fleet.js';
import type { Figure } from './figure.js';
import { inLanes } from './lanes.js';
import { percentile } from './percentile.js';
import { readProcessCost } from './process-cost.js';
import { watchReadiness } from './readiness-watch.js';
import { scrape, type Scrape } from './scrape.js';

/** Commands under way at once. Each account needs some 7 transitions to be back. */
const COMMANDS_PARALLEL = 64;
const WARM_UP_MS = 2_000;

/** Everybody is restarted by command, one after the other and round again; beside it the same rows written barely. */
export async function benchStorm(fleet: Fleet, stormMs: number, signal: AbortSignal): Promise<readonly Figure[]> {
  const storm = await raise(fleet, stormMs, signal);
  const cost = await readProcessCost(fleet.runtime.pid);
  await fleet.allConnected();
  const seconds = (storm.after.atMs - storm.before.atMs) / 1000;
  const rate = (field: 'transitions' | 'entries' | 'commits' | 'commitSeconds'): number =>
    (storm.after[field] - storm.before[field]) / seconds;
  const batch = Math.max(1, Math.round(rate('entries') / rate('commits')));
  const bare = await benchBareInsert(fleet, batch, signal);
  return [
    { name: 'committed transitions in a storm', value: rate('transitions'), unit: '/s', bar: { atLeast: 2_000 } },
    { name: 'restart commands answered meanwhile', value: storm.commandMs.length / seconds, unit: '/s' },
    { name: 'a command, p50', value: percentile(storm.commandMs, 0.5), unit: 'ms' },
    { name: 'a command, p99', value: percentile(storm.commandMs, 0.99), unit: 'ms' },
    { name: 'entries in a commit', value: batch, unit: 'count' },
    { name: 'share of the time that a commit is under way', value: rate('commitSeconds'), unit: '×' },
    { name: 'bare insert of the same rows in the same batches', value: bare, unit: '/s', note: 'alone on the machine' },
    { name: 'storm ÷ bare insert', value: rate('transitions') / bare, unit: '×' },
    { name: 'RSS after the storm', value: cost.rssMb, unit: 'MB' },
    { name: 'unready answers in the storm', value: storm.unready, unit: 'count', bar: { below: 1 } },
    { name: 'longest hold-up of the event loop', value: storm.loopDelayMsMax, unit: 'ms' },
  ];
}

interface Storm {
  readonly before: Scrape;
  readonly after: Scrape;
  readonly commandMs: readonly number[];
  readonly unready: number;
  readonly loopDelayMsMax: number;
}

async function raise({ runtime, accountIds }: Fleet, stormMs: number, signal: AbortSignal): Promise<Storm> {
  const { url, client } = runtime;
  const over = new AbortController();
  const commandMs: number[] = [];
  const storming = inLanes(roundAndRound(accountIds, over.signal), COMMANDS_PARALLEL, signal, async (id) => {
    const beganAt = performance.now();
    await client.accounts.restart(id);
    commandMs.push(performance.now() - beganAt);
  });
  const measured = async (): Promise<Storm> => {
    await delay(WARM_UP_MS, undefined, { signal });
    const watch = watchReadiness(url);
    const before = await scrape(url);
    commandMs.length = 0;
    await delay(stormMs, undefined, { signal });
    const after = await scrape(url);
    return { before, after, commandMs: [...commandMs], ...(await watch.end()) };
  };
  const [storm] = await Promise.all([measured().finally(() => over.abort()), storming]);
  return storm;
}

function* roundAndRound<T>(items: readonly T[], over: AbortSignal): Generator<T> {
  for (;;) {
    for (const item of items) {
      if (over.aborted) return;
      yield item;
    }
  }
}
