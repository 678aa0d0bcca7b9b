import type { WhatsappStage } from '#test/support/whatsapp-stage';
import { AccountInPlay } from './account-in-play.js';
import type { BrowserWatch } from './browser-watch.js';
import { doDeed } from './deeds.js';
import { bringToRest } from './ending.js';
import { type AccountPlan, planSequence } from './plan.js';
import { Story } from './story.js';

export interface SequenceResult {
  readonly story: Story;
  readonly deeds: number;
  readonly tookMs: number;
  /** The longest way from a last command to rest. */
  readonly restMsMax: number;
}

/** Plays the schedule of a seed on a running stage, with accounts of its own, all of them at once; then all come to rest. */
export async function playSequence(stage: WhatsappStage, watch: BrowserWatch, seed: number): Promise<SequenceResult> {
  const startedAt = performance.now();
  const plan = planSequence(seed);
  const story = new Story(seed);
  const rests = await Promise.all(
    plan.map((part, n) =>
      playAccount(stage, watch, story, part, n).catch((error: unknown) => tellEnd(story, n, error)),
    ),
  );
  return {
    story,
    deeds: plan.reduce((sum, { steps }) => sum + steps.length + 1, 0),
    tookMs: performance.now() - startedAt,
    restMsMax: Math.max(...rests),
  };
}

/** Answers how long it took from the last command to rest. */
async function playAccount(
  stage: WhatsappStage,
  watch: BrowserWatch,
  story: Story,
  { steps, last }: AccountPlan,
  n: number,
): Promise<number> {
  const account = await AccountInPlay.create(stage, watch, story, n);
  for (const step of steps) await doDeed(account, step);
  const restMs = await bringToRest(account, last);
  for (const id of account.ids) watch.rests(id);
  if (last !== 'delete') await account.delete();
  return restMs;
}

/** A call that failed in a way that nobody foresaw is a violation like any other, and has a story. */
function tellEnd(story: Story, n: number, error: unknown): number {
  story.accuse(`a${n}`, `its part could not be played to its end: ${(error as Error).stack ?? String(error)}`);
  return 0;
}
