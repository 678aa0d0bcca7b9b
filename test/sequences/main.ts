import { parseArgs } from 'node:util';
import { type RunResult, runSequences } from './run.js';
import type { SequenceResult } from './sequence.js';

/** 200 sequences take some ten minutes; then something hangs, and it ends with what it has. */
const RUN_MS_MAX = 30 * 60_000;
const TOLD_EVERY = 10;

/** `npm run sequences -- --count 200 --seed 1`: the first that fails tells its story, and how it is played again. */
async function main(): Promise<void> {
  const { count, seed, story } = readArguments();
  const broken = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => broken.abort());
  let played = 0;
  const told = (result: SequenceResult): void => {
    if (story) console.log(result.story.text());
    if (++played % TOLD_EVERY === 0) console.log(`${played} sequences played`);
  };
  const run = await runSequences({ seed, count, told, beginMsMax: RUN_MS_MAX, ending: broken.signal });
  for (const failed of run.failed) console.log(failed.story.text());
  for (const violation of run.violations) console.log(`at the end of all: ${violation}`);
  for (const [warning, times] of run.warnings) console.log(`in the log, ${times} times: ${warning}`);
  console.log(sumUp(run, seed));
  if (run.failed.length + run.violations.length > 0 || run.sequences.length < count) process.exitCode = 1;
}

function readArguments(): { readonly count: number; readonly seed: number; readonly story: boolean } {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      story: { type: 'boolean', default: false },
    },
  });
  const [count, seed] = [Number(values.count), Number(values.seed)];
  if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed) || seed < 0)
    throw new Error('usage: npm run sequences -- [--count 200] [--seed 1] [--story]');
  return { count, seed, story: values.story };
}

function sumUp({ sequences, failed, browsers, looks, tookMs }: RunResult, seed: number): string {
  const { length } = sequences;
  const deeds = sequences.reduce((sum, each) => sum + each.deeds, 0);
  const restMs = Math.max(...sequences.map(({ restMsMax }) => restMsMax));
  const verdict =
    failed.length > 0
      ? `${failed.length} failed`
      : `none failed (at most ${(3 / length).toExponential(1)} a sequence, 95 %)`;
  return (
    `${length} sequences from seed ${seed}: ${verdict}; ${deeds} deeds, ${browsers} browsers, ${looks} looks at all processes, ` +
    `at most ${(restMs / 1_000).toFixed(1)} s from the last command to rest, in ${(tookMs / 1_000).toFixed(0)} s`
  );
}

await main();
