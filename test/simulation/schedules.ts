import { expect, it } from 'vitest';
import { failureText, playBlock } from './block.js';
import { gapsOf } from './gaps.js';
import { recoveryBoundMs } from './watches/account-watch.js';

/** Half of what is played by `npm test`: two files, so that two processors share them. */
export const HALF = 5_000;
/** 5,000 schedules take 80 s on a quiet machine. */
const WITHIN_MS = 600_000;

export function itFindsNothingWrong(from: number, seeds: number): void {
  it(
    `finds nothing wrong in ${seeds} schedules from seed ${from} on, and leaves no gap`,
    async () => {
      const { tally, failed } = await playBlock({ from, seeds });
      expect(failed?.violations ?? [], failed ? failureText(failed) : '').toEqual([]);
      console.log(
        `${tally.text()}; at most ${recoveryBoundMs(3)} ms from a crash to CONNECTED or FAILED, with two others`,
      );
      expect(gapsOf(tally.coverage.counts)).toEqual([]);
    },
    WITHIN_MS,
  );
}
