import { expect, it } from 'vitest';
import { type Bag } from './plan.js';
import { printReport } from './report.js';
import { runChaos } from './run.js';
import { tellStory } from './story.js';

/** Those that heal at once. What must first be found to be frozen takes ten seconds each; that is for the long run. */
const BRISK_BAG: Bag = {
  'runtime kill': 2,
  'runtime term': 1,
  'engine host kill': 1,
  'browser kill': 2,
  'browser term': 1,
  'renderer kill': 1,
  'Postgres kill': 1,
  'backend kill': 1,
};
const KILLS = 12;
/**
 * A short run: a quiet machine plays them in this time, a busy one as many as begin in it, or two. Every kind in any number,
 * what freezes and the troubles of the network and the page are for `npm run chaos`.
 */
const BEGIN_MS_MAX = 40_000;
const KILLS_MIN = 2;

it('after a short run of kills nothing is lost, doubled, stuck or left', async () => {
  const rounds = { bag: BRISK_BAG, troubles: false };
  const limits = { kills: KILLS, killsMin: KILLS_MIN, msMax: BEGIN_MS_MAX };
  const result = await runChaos({ seed: 1, accounts: 2, ...limits, ...rounds });
  for (const violation of result.violations) expect.soft(tellStory(violation, result.evidence)).toBe('');
  expect(result.kills, printReport(result)).toBeGreaterThanOrEqual(KILLS_MIN);
  expect(result.evidence.sent.length).toBeGreaterThan(0);
}, 400_000);
