import { SeededDice } from '#test/simulation/seeded-dice';

/** What anybody may do to an account at any moment, and what may befall its browser and its page; by how often. */
const DEEDS = {
  connect: 6,
  disconnect: 4,
  restart: 3,
  logout: 1,
  deleteAndCreate: 1,
  scan: 4,
  connectTwice: 2,
  disconnectDuringLaunch: 3,
  connectDuringClose: 3,
  deleteDuringConnect: 1,
  killBrowser: 3,
  reloadPage: 1,
  crashPage: 1,
  dropSocket: 1,
} as const;
export type Deed = keyof typeof DEEDS;

export const LAST_DEEDS = { disconnect: 5, logout: 1, delete: 3 } as const;
export type LastDeed = keyof typeof LAST_DEEDS;

export interface Step {
  readonly deed: Deed;
  /**
   * What is waited for before it, if it comes at all. `launch`: that a launch of this account is under way. `online`: that
   * it is connected; left to chance, hardly any account would live to see that.
   */
  readonly moment: 'now' | 'launch' | 'online';
  /** And so long after that moment. */
  readonly gapMs: number;
  /** Between the two halves of a deed that has two. */
  readonly betweenMs: number;
}

/** What one account goes through, in order. */
export interface AccountPlan {
  readonly steps: readonly Step[];
  readonly last: LastDeed;
}

const ACCOUNTS_MIN = 2;
const ACCOUNTS_MAX = 3;
const STEPS_MIN = 8;
const STEPS_MAX = 15;
const GAP_MS_MAX = 1_500;
/** A browser is up some 300 ms after its launch began, its page some 700 ms, longer where several start. */
const INTO_LAUNCH_MS_MAX = 700;

/** The same for the same seed: which deeds, when after each other. What the machine makes of them in real time is its own. */
export function planSequence(seed: number): readonly AccountPlan[] {
  const dice = new SeededDice(seed);
  return Array.from({ length: dice.between(ACCOUNTS_MIN, ACCOUNTS_MAX) }, () => planAccount(dice.fork()));
}

function planAccount(dice: SeededDice): AccountPlan {
  const steps = Array.from({ length: dice.between(STEPS_MIN, STEPS_MAX) }, () => planStep(dice));
  return { steps, last: dice.pickWeighted<LastDeed>(LAST_DEEDS) };
}

function planStep(dice: SeededDice): Step {
  const deed = dice.pickWeighted<Deed>(DEEDS);
  const betweenMs = dice.chance(0.3) ? 0 : dice.between(0, INTO_LAUNCH_MS_MAX);
  const kind = dice.next();
  if (kind < 0.5) return { deed, moment: 'now', gapMs: 0, betweenMs };
  if (kind < 0.7) return { deed, moment: 'now', gapMs: dice.between(0, 100), betweenMs };
  if (kind < 0.82) return { deed, moment: 'launch', gapMs: dice.between(0, INTO_LAUNCH_MS_MAX), betweenMs };
  if (kind < 0.95) return { deed, moment: 'online', gapMs: dice.between(0, 200), betweenMs };
  return { deed, moment: 'now', gapMs: dice.between(0, GAP_MS_MAX), betweenMs };
}
