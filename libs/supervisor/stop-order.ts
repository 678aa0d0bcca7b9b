import type { ChildRun } from './child-run.js';

/**
 * Stops lives that are given in start order, the last first: each is gone, or proven unwilling to go, before the next is
 * asked; or all are asked at once. One that cannot be ended holds up the others for its own limits, not for ever.
 */
export async function stopInReverse(runs: readonly ChildRun[], together: boolean): Promise<void> {
  const latestFirst = [...runs].reverse();
  if (together) {
    await Promise.all(latestFirst.map((run) => stopOrGiveUp(run)));
    return;
  }
  for (const run of latestFirst) await stopOrGiveUp(run);
}

function stopOrGiveUp(run: ChildRun): Promise<void> {
  const { letGo } = run; // taken before: the stop may end it at once
  void run.stop();
  return letGo;
}
