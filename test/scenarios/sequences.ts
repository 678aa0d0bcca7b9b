import { parseArgs } from 'node:util';
import { setStage } from '#test/support/whatsapp-stage';
import { playSequence, type SequenceResult } from './sequence.js';

/** Sequences that run beside each other on one runtime: browsers wait more than they work. */
const LANES = 3;

/** `npm run sequences -- --count 200 --seed 1`: the first that fails tells its story and how it is played again alone. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { count: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
  });
  const [count, first] = [Number(values.count), Number(values.seed)];
  const startedAt = performance.now();
  const results = await playSequences(first, count, ({ seed, violations }) => {
    if (violations.length > 0 || seed % 20 === 0) console.log(`seed ${seed}: ${violations.length} violations`);
  });
  const failed = results.find(({ violations }) => violations.length > 0);
  if (failed !== undefined) {
    console.log(storyOfFailure(failed));
    process.exitCode = 1;
    return;
  }
  const browsers = results.reduce((sum, result) => sum + result.browsers, 0);
  console.log(
    `${results.length} sequences from seed ${first}, ${browsers} browsers: never two for an account, none at the end, no lock ` +
      `(at most ${(3 / results.length).toExponential(1)} a sequence, 95 %) in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`,
  );
}

/** On a stage of their own; stops at the first failure. */
export async function playSequences(
  first: number,
  count: number,
  told: (result: SequenceResult) => void = () => {},
): Promise<readonly SequenceResult[]> {
  await using stage = await setStage({ ENGINE_HOST_ACCOUNTS_MAX: '4' });
  const results: SequenceResult[] = [];
  let next = first;
  const lane = async (): Promise<void> => {
    while (next < first + count && !results.some(({ violations }) => violations.length > 0)) {
      const result = await playSequence(stage, next++);
      results.push(result);
      told(result);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}

export function storyOfFailure({ seed, story, violations }: SequenceResult): string {
  const again = `again, alone: npm run sequences -- --count 1 --seed ${seed}`;
  return [...story, '', `seed ${seed} fails:`, ...violations.map((line) => `  ${line}`), again].join('\n');
}

if (process.argv[1]?.endsWith('sequences.js')) await main();
