import { expect, it } from 'vitest';
import { failureText, playBlock } from './block.js';
import { gapsOf } from './gaps.js';
import { recoveryBoundMs } from './watches/account-watch.js';

/** Half of what is played by `npm test`: two files, so that two processors share them. */
export const HALF = 5_000;
/** 5,000 schedules take 40 s on a quiet machine; one that is shared takes them longer, which says nothing of them. */
const WITHIN_MS = 600_000;
/** All 10,000 in five minutes, by the time that processors work for them, whoever else these work for. */
const PROCESSOR_MS_MAX = 150_000;

export function itFindsNothingWrong(from: number, seeds: number): void {
  it(
    `finds nothing wrong in ${seeds} schedules from seed ${from} on, and leaves no gap`,
    async () => {
      const before = process.cpuUsage();
      const { tally, failed } = await playBlock({ from, seeds });
      const { user, system } = process.cpuUsage(before);
      expect(failed?.violations ?? [], failed ? failureText(failed) : '').toEqual([]);
      console.log(
        `${tally.text()}; at most ${recoveryBoundMs(3)} ms from a crash to CONNECTED or FAILED, with two others`,
      );
      expect(gapsOf(tally.coverage.counts)).toEqual([]);
      console.log(`${Math.round((user + system) / 1e6)} s of processors for ${seeds} schedules`);
      expect((user + system) / 1_000).toBeLessThan(PROCESSOR_MS_MAX);
    },
    WITHIN_MS,
  );
}
