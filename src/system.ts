import type { Clock, Dice } from '#src/supervision/ports';

/** The machine's own time. A test or the simulation gives another one. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, afterMs) => setTimeout(run, afterMs),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

export const systemDice: Dice = { next: () => Math.random() };
