import { type Arbitrary, asyncProperty, check, type RunDetails, type Scheduler, scheduler } from 'fast-check';
import { relative } from 'node:path';
import { expect } from 'vitest';
import { type Plan, wordsOf } from './deeds.js';
import type { RaceStage } from './stage.js';

/** RELIABILITY asks for as many of each property. */
const RUNS = 1_000;
/** Any would do; always the same, so that a change is told from luck. RACES_SEED gives another, RACES_RUNS more of them. */
const SEED = 20_260_102;
/** Then the shortest found so far has to do. */
const SHORTER_TRIED_MAX = 200;

/** Plays races by such plans until one goes wrong; rejects with the shortest that does, told as a story. */
export async function playRaces(stage: RaceStage, plans: Arbitrary<Plan>): Promise<void> {
  let failed = 0;
  const property = asyncProperty(plans, scheduler(), async (plan, turns) => {
    if (failed > 0 && (failed += 1) > SHORTER_TRIED_MAX) return;
    const { faults, story } = await stage.play(plan, turns);
    if (faults.length > 0) failed ||= 1;
    if (faults.length > 0) throw new Error([story, '', ...faults.map((fault) => `!!! ${fault}`)].join('\n'));
  });
  const { RACES_SEED, RACES_PATH, RACES_RUNS } = process.env;
  const details = await check(property, {
    seed: RACES_SEED ? Number(RACES_SEED) : SEED,
    numRuns: RACES_RUNS ? Number(RACES_RUNS) : RUNS,
    ...(RACES_PATH && { path: RACES_PATH, numRuns: 1, endOnFailure: true }),
  });
  if (details.failed) throw new Error(tell(details));
}

function tell({
  counterexample,
  errorInstance,
  seed,
  counterexamplePath,
  numRuns,
}: RunDetails<[Plan, Scheduler]>): string {
  const plan = counterexample?.[0];
  return [
    `race ${numRuns} of seed ${seed} went wrong. The account is ${plan?.begins}; at once`,
    ...(plan?.clients ?? []).map((deeds, at) => `  client ${at + 1}: ${deeds.map(wordsOf).join(', ')}`),
    '',
    errorInstance instanceof Error ? `${errorInstance.message}${causeOf(errorInstance)}` : String(errorInstance),
    '',
    `alone: RACES_SEED=${seed} RACES_PATH=${counterexamplePath} npx vitest run ${relative('.', expect.getState().testPath ?? '')}`,
  ].join('\n');
}

const causeOf = ({ cause }: Error): string => (cause instanceof Error ? `\n!!! ${cause.stack ?? cause.message}` : '');
