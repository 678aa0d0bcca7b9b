import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Block } from './block.js';
import type { CoverageCounts } from './coverage.js';
import type { SimulationResult } from './schedule.js';
import { type Sums, Tally } from './tally.js';

/** What a thread hands in for a block. */
export interface CrewWord {
  readonly sums: Sums;
  readonly schedules: number;
  readonly coverage: CoverageCounts;
  readonly failed: SimulationResult | null;
}

/** Small, so that a failure stops all soon; large beside the way of a message between threads. */
const BLOCK_SEEDS = 50;

/**
 * Plays all seeds, on as many threads as there are processors. Stops at the first failure; of several that are found
 * before all have stopped, the one with the lowest seed is told, so that the answer does not depend on who was faster.
 */
export async function playByCrew(
  all: Block,
  bug: string | null,
): Promise<{ tally: Tally; failed: SimulationResult | null }> {
  const tally = new Tally();
  let next = all.from;
  let failed: SimulationResult | null = null;

  const takeBlock = (): Block | null => {
    const left = all.from + all.seeds - next;
    if (left <= 0 || failed) return null;
    const block = { from: next, seeds: Math.min(BLOCK_SEEDS, left) };
    next += block.seeds;
    return block;
  };
  const hear = (word: CrewWord): void => {
    tally.add(word, word.coverage);
    if (word.failed && (!failed || word.failed.seed < failed.seed)) failed = word.failed;
  };
  const threads = Math.min(availableParallelism(), Math.ceil(all.seeds / BLOCK_SEEDS));
  await Promise.all(Array.from({ length: threads }, () => work(takeBlock, hear, bug)));
  return { tally, failed };
}

async function work(takeBlock: () => Block | null, hear: (word: CrewWord) => void, bug: string | null): Promise<void> {
  const worker = new Worker(new URL('./crew-member.js', import.meta.url), { workerData: { bug } });
  try {
    for (let block = takeBlock(); block; block = takeBlock()) hear(await ask(worker, block));
  } finally {
    await worker.terminate();
  }
}

function ask(worker: Worker, block: Block): Promise<CrewWord> {
  return new Promise((resolve, reject) => {
    const done = (word: CrewWord): void => {
      worker.off('error', reject);
      resolve(word);
    };
    worker.once('message', done);
    worker.once('error', reject);
    worker.postMessage(block);
  });
}
