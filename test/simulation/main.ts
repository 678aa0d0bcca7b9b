import { parseArgs } from 'node:util';
import { failureText } from './block.js';
import { BUGS } from './bugs.js';
import { coverageText } from './coverage-text.js';
import { playByCrew } from './crew.js';
import { simulate } from './schedule.js';
import { recoveryBoundMs } from './watches/account-watch.js';

const SEEDS = 1_000;

/**
 * `npm run simulate -- --seeds N`: plays N schedules on all processors; the first that fails tells its story.
 * `--seed S`: that one alone, with its whole story; with `--seeds N`, from there on. `--bug NAME`: with a known bug put back.
 * `--coverage`: which states, events, faults and crash points were reached.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      bug: { type: 'string' },
      coverage: { type: 'boolean' },
    },
  });
  const bug = values.bug ?? null;
  if (bug !== null && !BUGS.some(({ name }) => name === bug))
    throw new Error(`There is no bug of that name. There are: ${BUGS.map(({ name }) => name).join(', ')}`);
  const [from, seeds] = [wholeOf('seed', values.seed ?? '1'), wholeOf('seeds', values.seeds ?? String(SEEDS))];
  if (values.seed !== undefined && values.seeds === undefined) return playOne(from, bug);
  const began = performance.now();
  const all = { from, seeds };
  const { tally, failed } = await playByCrew(all, bug);
  if (values.coverage) console.log(coverageText(tally.coverage.counts));
  if (failed) {
    console.log(failureText(failed, bug));
    process.exitCode = 1;
    return;
  }
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(`from seed ${all.from}: ${tally.text()} in ${seconds} s.`);
  console.log(
    `From a crash to CONNECTED or FAILED: at most ${recoveryBoundMs(1)} ms alone, ${recoveryBoundMs(3)} ms with two others.`,
  );
}

function wholeOf(name: string, given: string): number {
  const value = Number(given);
  if (given.trim() !== '' && Number.isSafeInteger(value) && value >= 1) return value;
  throw new Error(`--${name}: a whole number from 1 on is needed, not '${given}'`);
}

async function playOne(seed: number, bug: string | null): Promise<void> {
  const result = await simulate(seed, BUGS.find(({ name }) => name === bug) ?? null);
  console.log(result.story);
  if (result.violations.length > 0) process.exitCode = 1;
  console.log(
    result.violations.length > 0
      ? `\nseed ${seed} fails:\n  ${result.violations.join('\n  ')}`
      : `\nseed ${seed}: no failure`,
  );
}

await main();
