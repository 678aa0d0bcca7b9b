import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { waitUntil } from '#libs/client/wait-until';
import type { AccountView } from '#libs/contracts/account';
import { readEvent } from '#libs/contracts/event-data';
import { isReasonCode, type ReasonCode, reasonEntry, whoMustAct } from '#libs/contracts/reasons';
import type { TransitionView } from '#libs/contracts/transition';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { isAlive } from '#libs/processes/process-identity';
import { listTree } from '#libs/processes/process-table';
import { nameOf, WAIT, type WhatsappStage } from '#test/support/whatsapp-stage';
import { browsersAmong } from './browsers-among.js';

/** What is done to an account, and what must become of it. */
export interface Ordeal {
  strike(): unknown;
  /** What goes wrong first, by the history from then on; null when nothing must. */
  readonly reason: ReasonCode | null;
  readonly ends: 'CONNECTED.online' | 'DISCONNECTED.idle' | 'FAILED.idle' | 'QR_READY';
  readonly withinMs: number;
  /** From the strike to the first step, as the history dates it: whoever looks on a busy machine sees it later. */
  readonly leavesWithinMs?: number;
  /** New sessions that it takes, exactly. */
  readonly sessions?: number;
  /** States that must not be on the way. */
  readonly never?: readonly string[];
  /** Whoever else has the profile open, and keeps it. */
  foreign?(): readonly number[];
  /** The fault passes: once, when the history has so many reasons. */
  readonly relief?: { readonly afterReasons: number; give(): Promise<unknown> };
}

export interface Episode {
  /** What the account went through. */
  readonly steps: readonly TransitionView[];
  readonly tookMs: number;
}

const LOOK_EVERY_MS = 50;
/** Shorter than any life of a browser. */
const SURE_AFTER_MS = 10;

/** Strikes, looks on until it ends as it must, and checks what holds for every fault. */
export async function playOrdeal(stage: WhatsappStage, id: string, ordeal: Ordeal): Promise<Episode> {
  const before = { seq: await stage.lastSeq(id), incarnation: await stage.incarnation(id) };
  const onlooker = new Onlooker(stage, id, before.seq, ordeal.relief);
  await onlooker.lookAtBrowsers();
  const struckAt = performance.now();
  await ordeal.strike();
  const struckOn = Date.now();
  const steps = await waitUntil(
    `${ordeal.reason ?? 'no trouble'} and then ${ordeal.ends}`,
    () => onlooker.look(),
    (seen) => onlooker.isRelieved && hasEnded(seen, ordeal),
    { timeoutMs: ordeal.withinMs, everyMs: LOOK_EVERY_MS },
  ).catch((error: unknown) => failWith(error, stage, id, before.seq));
  const tookMs = performance.now() - struckAt;

  if (ordeal.leavesWithinMs !== undefined)
    expect(Date.parse(steps[0]!.at) - struckOn).toBeLessThan(ordeal.leavesWithinMs);
  if (ordeal.sessions !== undefined)
    expect(steps.at(-1)!.incarnation - before.incarnation, 'new sessions').toBe(ordeal.sessions);
  for (const state of ordeal.never ?? []) expect(steps.filter(({ to }) => to.startsWith(state))).toEqual([]);
  expect(onlooker.leftovers().map(nameOf), 'left of a session that is over').toEqual([]);
  if (isRest(ordeal)) await onlooker.seesRest(ordeal.foreign?.() ?? []);
  if (ordeal.reason !== null)
    expectExplained([...onlooker.views, ...(await toldAfter(stage, id, before.seq))], ordeal.reason);
  return { steps, tookMs };
}

/** Looks at one account from outside: its history, how the API shows it, and the processes of its browser. */
class Onlooker {
  /** How the API showed it, whenever that was seen to change. */
  readonly views: AccountView[] = [];
  isRelieved: boolean;
  private readonly seen = new Map<string, ProcessEntry>();

  constructor(
    private readonly stage: WhatsappStage,
    private readonly id: string,
    private readonly seq: number,
    private readonly relief: Ordeal['relief'],
  ) {
    this.isRelieved = relief === undefined;
  }

  async look(): Promise<readonly TransitionView[]> {
    await this.lookAtBrowsers();
    const steps = await this.stage.stepsAfter(this.id, this.seq);
    const view = await this.stage.client.accounts.get(this.id);
    const last = this.views.at(-1);
    if (last?.detail !== view.detail || last.reason?.code !== view.reason?.code) this.views.push(view);
    if (!this.isRelieved && reasonsIn(steps).length >= this.relief!.afterReasons) {
      this.isRelieved = true;
      await this.relief!.give();
    }
    return steps;
  }

  async lookAtBrowsers(): Promise<void> {
    const users = this.stage.browserOf(this.id);
    if (browsersAmong(users).length > 1) await this.lookAtMoreThanOne(browsersAmong(users));
    for (const entry of listTree(users.map(({ pid }) => pid))) this.seen.set(identityOf(entry), entry);
  }

  /** The table is not read in one moment: what comes or goes meanwhile may look like a browser, once. */
  private async lookAtMoreThanOne(found: readonly ProcessEntry[]): Promise<void> {
    await pause(SURE_AFTER_MS);
    const now = new Set(browsersAmong(this.stage.browserOf(this.id)).map(identityOf));
    const sure = found.filter((entry) => now.has(identityOf(entry)));
    expect(sure.slice(1).map(nameOf), 'a second browser').toEqual([]);
  }

  /** Neither a browser, but for those of foreign programs, nor a lock; a login that is moved aside is locked meanwhile. */
  async seesRest(foreign: readonly number[]): Promise<void> {
    const theirs = new Set(listTree(foreign).map(identityOf));
    const ours = this.stage.browserOf(this.id).filter((entry) => !theirs.has(identityOf(entry)));
    expect(ours.map(nameOf), 'a browser of an account at rest').toEqual([]);
    const locks = async () => (await this.stage.profileLocks()).filter((name) => name.includes(this.id));
    if (foreign.length === 0) await waitUntil('no lock', locks, ({ length }) => length === 0, WAIT);
  }

  /** What was ever seen of a browser, is alive, and does not belong to the one of now. */
  leftovers(): readonly ProcessEntry[] {
    const now = new Set(listTree(browsersAmong(this.stage.browserOf(this.id)).map(({ pid }) => pid)).map(identityOf));
    return [...this.seen.values()].filter((entry) => isAlive(entry) && !now.has(identityOf(entry)));
  }
}

const identityOf = ({ pid, startTime }: ProcessEntry): string => `${pid} ${startTime}`;

const isRest = ({ ends }: Ordeal): boolean => ends === 'DISCONNECTED.idle' || ends === 'FAILED.idle';

/** What went wrong, in order. A wish (`stopped`, by a person’s command) is no fault. */
export const reasonsIn = (steps: readonly TransitionView[]): readonly ReasonCode[] =>
  steps.flatMap(({ cause }) => (cause !== null && cause !== 'stopped' && isReasonCode(cause) ? [cause] : []));

function hasEnded(steps: readonly TransitionView[], { reason, ends }: Ordeal): boolean {
  if (steps.at(-1)?.to !== ends) return false;
  const first = reasonsIn(steps)[0] ?? null;
  if (first !== reason) throw new Error(`the first reason was ${first ?? 'none'}, not ${reason ?? 'none'}`);
  return true;
}

type Shown = Pick<AccountView, 'status' | 'reason'>;

/** How it was shown after that step, by the log of events: a trouble may be over before anybody has looked. */
async function toldAfter({ client }: WhatsappStage, accountId: string, seq: number): Promise<readonly Shown[]> {
  const told: Shown[] = [];
  for await (const logged of client.events.all({ accountId })) {
    const event = readEvent(logged);
    if (event?.event !== 'account.changed') continue;
    if (event.data.transitions.some((step) => step.seq > seq)) told.push(event.data.state);
  }
  return told;
}

function expectExplained(views: readonly Shown[], code: ReasonCode): void {
  const { message, retryable } = reasonEntry(code);
  const view = views.find(({ reason }) => reason?.code === code);
  if (!view) throw new Error(`${code} was never shown`);
  expect(view.reason).toMatchObject({
    class: reasonEntry(code).class,
    retryable,
    who: whoMustAct(code, view.status),
  });
  expect(view.reason!.message.startsWith(message)).toBe(true);
}

async function failWith(cause: unknown, stage: WhatsappStage, id: string, seq: number): Promise<never> {
  const story = storyOf(await stage.stepsAfter(id, seq));
  throw new Error(`${(cause as Error).message}\n${story}`, { cause });
}

export function storyOf(steps: readonly TransitionView[]): string {
  return steps.map(({ at, from, to, event, cause }) => `${at} ${from} → ${to} by ${event} (${cause})`).join('\n');
}
