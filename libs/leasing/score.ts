import { SCORE_HALF_LIFE_MS, SCORE_LEASE_WEIGHT } from '#libs/contracts/limits/leasing';
import type { ErrorClass } from '#libs/contracts/account-manager/lease-error';

/** From 0 to 1: how well an account did of late. One of which nothing is known stands at NEUTRAL_SCORE. */
export interface Score {
  readonly score: number;
  readonly atMs: number;
}
export type ScoredOutcome = 'success' | 'failure' | ErrorClass;

/** As good as one that always did well: nothing speaks against it. */
export const NEUTRAL_SCORE = 1;

/** How much one outcome moves the score towards its end. What is the target’s or the network’s doing weighs little. */
const WEIGHTS: Readonly<Record<ScoredOutcome, { readonly towards: 0 | 1; readonly weight: number }>> = {
  success: { towards: 1, weight: SCORE_LEASE_WEIGHT },
  failure: { towards: 0, weight: SCORE_LEASE_WEIGHT },
  target_refused: { towards: 0, weight: 0.02 },
  not_possible: { towards: 0, weight: 0.02 },
  transient: { towards: 0, weight: 0.05 },
  unknown: { towards: 0, weight: 0.2 },
  flood_wait: { towards: 0, weight: 0.3 },
  peer_flood: { towards: 0, weight: 0.6 },
  login_dead: { towards: 0, weight: 0.5 },
  banned: { towards: 0, weight: 1 },
};

/** The score as time has healed it: half of the way back to neutral in SCORE_HALF_LIFE_MS. A clock set back heals nothing. */
export function decayedScore({ score, atMs }: Score, nowMs: number): number {
  const halves = Math.max(0, nowMs - atMs) / SCORE_HALF_LIFE_MS;
  return NEUTRAL_SCORE + (score - NEUTRAL_SCORE) * 2 ** -halves;
}

/** The score after one more outcome. That of a lease that is given back is reckoned where it ends (lease-score.ts). */
export function scoreAfter(before: Score, outcome: ScoredOutcome, nowMs: number): Score {
  const { towards, weight } = WEIGHTS[outcome];
  const now = decayedScore(before, nowMs);
  return { score: now + weight * (towards - now), atMs: nowMs };
}
