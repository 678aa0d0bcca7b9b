import { expect } from 'vitest';
import { waitUntil } from '#libs/client/wait-until';
import type { AccountView } from '#libs/contracts/account';
import { isReasonCode, type ReasonCode, reasonEntry } from '#libs/contracts/reasons';
import type { TransitionView } from '#libs/contracts/transition';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { isAlive } from '#libs/processes/process-identity';
import { nameOf, type WhatsappStage } from '#test/support/whatsapp-stage';
import { browsersAmong } from './browsers-among.js';

/** What is done to an account, and what must become of it. */
export interface Ordeal {
  strike(): unknown;
  /** What goes wrong first, by the history from then on; null when nothing must. */
  readonly reason: ReasonCode | null;
  readonly ends: 'CONNECTED.online' | 'DISCONNECTED.idle' | 'FAILED.idle' | 'QR_READY';
  readonly withinMs: number;
  /** From the strike to the first step that the API shows. */
  readonly leavesWithinMs?: number;
  /** New sessions that it takes, exactly. */
  readonly sessions?: number;
  /** States that must not be on the way. */
  readonly never?: readonly string[];
  /** The fault passes: once, when the history has so many reasons. */
  readonly relief?: { readonly afterReasons: number; give(): Promise<unknown> };
}

export interface Episode {
  /** What the account went through. */
  readonly steps: readonly TransitionView[];
  /** How the API showed it, whenever that changed. */
  readonly views: readonly AccountView[];
  readonly tookMs: number;
}

interface Sight {
  readonly steps: readonly TransitionView[];
  readonly last: AccountView;
}

const LOOK_EVERY_MS = 50;

/** Strikes, looks on until it ends as it must, and checks what holds for every fault. */
export async function playOrdeal(stage: WhatsappStage, id: string, ordeal: Ordeal): Promise<Episode> {
  const before = { seq: await stage.lastSeq(id), incarnation: await stage.incarnation(id) };
  const old = stage.browserOf(id);
  const views: AccountView[] = [];
  let leftAfterMs = Infinity;
  let relieved = ordeal.relief === undefined;
  const struckAt = performance.now();
  await ordeal.strike();
  const sight = await waitUntil(
    `${ordeal.reason ?? 'no trouble'} and then ${ordeal.ends}`,
    async (): Promise<Sight> => {
      expect(browsersAmong(stage.browserOf(id)).map(nameOf).slice(1), 'a second browser').toEqual([]);
      const [steps, last] = [await stage.stepsAfter(id, before.seq), await stage.client.accounts.get(id)];
      if (steps.length > 0) leftAfterMs = Math.min(leftAfterMs, performance.now() - struckAt);
      if (views.at(-1)?.detail !== last.detail || views.at(-1)?.reason?.code !== last.reason?.code) views.push(last);
      if (!relieved && reasonsIn(steps).length >= ordeal.relief!.afterReasons) {
        relieved = true;
        await ordeal.relief!.give();
      }
      return { steps, last };
    },
    (seen) => relieved && hasEnded(seen, ordeal),
    { timeoutMs: ordeal.withinMs, everyMs: LOOK_EVERY_MS },
  ).catch((error: unknown) => failWith(error, stage, id, before.seq));
  const episode = { steps: sight.steps, views, tookMs: performance.now() - struckAt };

  if (ordeal.leavesWithinMs !== undefined) expect(leftAfterMs).toBeLessThan(ordeal.leavesWithinMs);
  if (ordeal.sessions !== undefined)
    expect(sight.steps.at(-1)!.incarnation - before.incarnation, 'new sessions').toBe(ordeal.sessions);
  for (const state of ordeal.never ?? []) expect(sight.steps.filter(({ to }) => to.startsWith(state))).toEqual([]);
  expectNothingOldLeft(stage, id, old, before.incarnation < sight.steps.at(-1)!.incarnation || isRest(ordeal));
  if (ordeal.reason !== null) expectExplained(views, ordeal.reason);
  return episode;
}

const isRest = ({ ends }: Ordeal): boolean => ends === 'DISCONNECTED.idle' || ends === 'FAILED.idle';

/** What went wrong, in order. A wish (`stopped`, by a person’s command) is no fault. */
export const reasonsIn = (steps: readonly TransitionView[]): readonly ReasonCode[] =>
  steps.flatMap(({ cause }) => (cause !== null && cause !== 'stopped' && isReasonCode(cause) ? [cause] : []));

function hasEnded({ steps }: Sight, { reason, ends }: Ordeal): boolean {
  if (steps.at(-1)?.to !== ends) return false;
  const first = reasonsIn(steps)[0] ?? null;
  if (first !== reason) throw new Error(`the first reason was ${first ?? 'none'}, not ${reason ?? 'none'}`);
  return true;
}

/** A session that is over has nothing left; one that rests has neither a browser nor a lock. */
function expectNothingOldLeft(stage: WhatsappStage, id: string, old: readonly ProcessEntry[], over: boolean): void {
  const now = stage.browserOf(id);
  if (over) expect(old.filter(isAlive).map(nameOf), 'left of the old session').toEqual([]);
  expect(browsersAmong(now).length).toBeLessThanOrEqual(1);
}

function expectExplained(views: readonly AccountView[], code: ReasonCode): void {
  const { message, retryable, who } = reasonEntry(code);
  const view = views.find(({ reason }) => reason?.code === code);
  const rests = view?.status === 'FAILED' || view?.status === 'DISCONNECTED';
  expect(view?.reason, `${code} was never shown`).toMatchObject({
    class: reasonEntry(code).class,
    retryable,
    who: rests ? who : 'nobody', // what is being healed needs nobody
  });
  expect(view!.reason!.message.startsWith(message)).toBe(true);
}

async function failWith(cause: unknown, stage: WhatsappStage, id: string, seq: number): Promise<never> {
  const story = storyOf(await stage.stepsAfter(id, seq));
  throw new Error(`${(cause as Error).message}\n${story}`, { cause });
}

export function storyOf(steps: readonly TransitionView[]): string {
  return steps.map(({ at, from, to, event, cause }) => `${at} ${from} → ${to} by ${event} (${cause})`).join('\n');
}
