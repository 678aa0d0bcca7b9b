import { parentPort, workerData } from 'node:worker_threads';
import { type Block, playBlock } from './block.js';
import { BUGS } from './bugs.js';
import type { CrewWord } from './crew.js';

/** A thread that plays the blocks it is given. */
const { bug: name } = workerData as { readonly bug: string | null };
const bug = BUGS.find((known) => known.name === name) ?? null;

parentPort!.on('message', (block: Block) => {
  void playBlock(block, bug).then(({ tally, failed }) => {
    const word: CrewWord = { sums: tally.sums, schedules: tally.schedules, coverage: tally.coverage.counts, failed };
    parentPort!.postMessage(word);
  });
});
