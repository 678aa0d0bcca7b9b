import type { Bug } from './bug.js';
import { simulate, type SimulationResult } from './schedule.js';
import { Tally } from './tally.js';

export interface Block {
  readonly from: number;
  readonly seeds: number;
}

export interface Played {
  readonly tally: Tally;
  /** The first that failed; the rest of its block was not played. */
  readonly failed: SimulationResult | null;
}

/** Plays one seed after the other, up to the first that fails. */
export async function playBlock({ from, seeds }: Block, bug: Bug | null = null): Promise<Played> {
  const tally = new Tally();
  for (let seed = from; seed < from + seeds; seed += 1) {
    const result = await simulate(seed, bug, tally.coverage);
    if (result.violations.length > 0) return { tally, failed: result };
    tally.count(result);
  }
  return { tally, failed: null };
}

/** What a person needs to see of it. */
export const failureText = ({ seed, history, violations }: SimulationResult, bug: string | null = null): string =>
  `${history}\n\nseed ${seed} fails:\n  ${violations.join('\n  ')}\n` +
  `again, alone: npm run simulate -- --seed ${seed}${bug === null ? '' : ` --bug "${bug}"`}`;
