import { parseArgs } from 'node:util';
import { LONG_BAG } from './plan.js';
import { printReport } from './report.js';
import { type RunResult, runChaos } from './run.js';
import { tellStory } from './story.js';

const USAGE =
  'usage: npm run chaos -- [--kills 500] [--seed S] [--accounts 4] [--minutes-max 120] [--only "browser kill"]… [--logs]';
/** One account each is told first; the others are most often of the same kind. */
const STORIES_MAX = 5;
const LINES_MAX = 50;

/** `npm run chaos -- --kills 200 --seed 1`: ends with 1 when anything was lost, doubled, stuck or left. */
async function main(): Promise<void> {
  const { kills, seed, accounts, minutesMax, only, logs } = readArguments();
  const broken = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => broken.abort());
  console.log(`seed ${seed}`);
  const result = await runChaos({
    kills,
    seed,
    accounts,
    msMax: minutesMax * 60_000,
    keepLogs: logs,
    ...(only.length > 0 && { bag: Object.fromEntries(only.map((kind) => [kind, 1])) }),
    ending: broken.signal,
    told: ({ n, strikes, trouble, pairing, stuck }, sofar) => {
      const what = strikes.map(({ kind, backMs }) => `${kind} (${(backMs / 1_000).toFixed(1)} s)`).join(', ');
      console.log(
        `${n}: ${sofar} kills: ${what}${trouble ? ` + ${trouble}` : ''}${pairing ? ` + pairing, ${pairing}` : ''}`,
      );
      for (const { what: missing, accountId } of stuck) console.log(`  stuck: ${accountId ?? ''} ${missing}`);
    },
  });
  console.log(printReport(result));
  tellViolations(result);
  if (result.violations.length > 0 || result.kills < kills) process.exitCode = 1;
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '500' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      accounts: { type: 'string', default: '4' },
      'minutes-max': { type: 'string', default: '120' },
      only: { type: 'string', multiple: true, default: [] },
      logs: { type: 'boolean', default: false },
    },
  });
  const [kills, seed, accounts, minutesMax] = [values.kills, values.seed, values.accounts, values['minutes-max']].map(
    Number,
  );
  for (const value of [kills, seed, accounts, minutesMax])
    if (!Number.isSafeInteger(value) || value! < 1) throw new Error(USAGE);
  const unknown = values.only.find((kind) => !(kind in LONG_BAG));
  if (unknown !== undefined) throw new Error(`no ${unknown}; there are ${Object.keys(LONG_BAG).join(', ')}`);
  const { only, logs } = values;
  return { kills: kills!, seed: seed!, accounts: accounts!, minutesMax: minutesMax!, only, logs };
}

function tellViolations({ violations, evidence, logDir }: RunResult): void {
  const stories = new Map<string, string>();
  for (const each of violations) {
    const who = `${each.offence} ${each.accountId ?? ''}`;
    if (!stories.has(who) && stories.size < STORIES_MAX) stories.set(who, tellStory(each, evidence));
  }
  for (const story of stories.values()) console.log(`\n${story}`);
  for (const each of violations.slice(0, LINES_MAX)) console.log(`${each.offence}: ${each.what}`);
  if (violations.length > LINES_MAX) console.log(`and ${violations.length - LINES_MAX} more`);
  if (logDir !== null) console.log(`the runtime's logs are in ${logDir}`);
}

await main();
