import { recoveryBoundMs } from './account-watch.js';
import { simulate } from './schedule.js';

const argument = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? fallback : Number(process.argv[at + 1]);
};

/** `npm run simulate -- --seeds N [--seed S]`: plays N schedules from seed S on; the first that fails tells its story. */
async function main(): Promise<void> {
  const seeds = argument('seeds', process.argv.includes('--seed') ? 1 : 500);
  const first = argument('seed', 1);
  const began = performance.now();
  const sum = { crashes: 0, restarts: 0, messages: 0, virtualMs: 0 };
  for (let seed = first; seed < first + seeds; seed += 1) {
    const result = await simulate(seed);
    if (result.violations.length > 0 || process.argv.includes('--story')) console.log(result.story);
    if (result.violations.length > 0) {
      console.log(`\nseed ${seed} fails:\n  ${result.violations.join('\n  ')}`);
      console.log(`again, alone: npm run simulate -- --seeds 1 --seed ${seed}`);
      process.exitCode = 1;
      return;
    }
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += result[key];
  }
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(
    `${seeds} schedules from seed ${first}: no failure (at most ${(3 / seeds).toExponential(1)} a schedule, 95 %); ` +
      `${sum.crashes} deaths of the runtime, ${sum.restarts} restarts of sessions, ${sum.messages} messages, ` +
      `${(sum.virtualMs / 3_600_000).toFixed(0)} hours in ${seconds} s. ` +
      `From a crash to CONNECTED or FAILED: at most ${recoveryBoundMs(1)} ms alone, ${recoveryBoundMs(3)} ms with two others.`,
  );
}

await main();
