import { setTimeout as pause } from 'node:timers/promises';
import { MusterWaitError } from '#libs/client/wait-until';
import type { AccountView } from '#libs/contracts/account';
import { isAlive } from '#libs/processes/process-identity';
import type { Pairing, Round, StrikeKind, Trouble } from './plan.js';
import { nameOf } from '#test/support/whatsapp-stage';
import { isReady, type ChaosStage } from './stage.js';
import { strikeNow, type Struck } from './strikes.js';
import { isSilence, playTrouble } from './troubles.js';

/** What was done in one round, and how it ended. */
export interface RoundResult {
  readonly n: number;
  readonly at: number;
  readonly pairing: Pairing | null;
  /** Null when it could not be played. */
  readonly trouble: Trouble | null;
  readonly strikes: readonly {
    readonly kind: StrikeKind;
    readonly at: number;
    readonly name: string;
    readonly backMs: number;
  }[];
  /** What was still missing when time was up: accounts stuck, processes that must have gone. */
  readonly stuck: readonly { readonly accountId: string | null; readonly what: string }[];
  readonly orphans: readonly string[];
  /** Accounts that came to rest, and say why; a person connected them again. */
  readonly rests: readonly { readonly accountId: string; readonly code: string }[];
}

type Missing = RoundResult['stuck'];

const LOOK_EVERY_MS = 100;
const STAND_IN_ASKED_MS_MAX = 20_000;
/** What a host takes to close its browsers when its runtime has gone, and a slow machine. */
const ORPHANS_MS_MAX = 8_000;
const SETTLED_MS = 500;

export async function playRound(stage: ChaosStage, n: number, round: Round, backMsMax: number): Promise<RoundResult> {
  const at = Date.now();
  const unpaired = await openPairing(stage, round.pairing);
  if (unpaired !== null)
    return { n, at, pairing: round.pairing, trouble: null, strikes: [], stuck: [unpaired], orphans: [], rests: [] };
  const troubling = round.trouble === null ? false : playTrouble(stage, round.trouble);
  const struck = await strikeAll(stage, round);
  const played = await troubling;
  await Promise.all(struck.map(({ over }) => over));
  await healStandIn(stage);
  const { missing, rests } = await untilBack(stage, struck, backMsMax);
  const back = Date.now();
  return {
    n,
    at,
    pairing: round.pairing,
    trouble: played ? round.trouble!.name : null,
    strikes: struck.map((strike) => ({
      kind: strike.kind,
      at: strike.at,
      name: strike.name,
      backMs: back - strike.at,
    })),
    stuck: missing,
    orphans: await orphansLeft(stage),
    rests,
  };
}

/** Nothing is struck meanwhile, so it must come to its end; else: what did not come. */
async function openPairing({ fleet }: ChaosStage, pairing: Pairing | null): Promise<Missing[number] | null> {
  if (pairing === null) return null;
  try {
    await fleet.retireOldest();
    if (pairing === 'connected') await fleet.pair();
    else await fleet.beginPairing();
    return null;
  } catch (error) {
    if (!(error instanceof MusterWaitError)) throw error;
    return { accountId: fleet.active.find(({ paired }) => !paired)?.id ?? null, what: error.message };
  }
}

async function strikeAll(stage: ChaosStage, { strikes }: Round): Promise<readonly Struck[]> {
  const struck: Struck[] = [];
  for (const strike of strikes) {
    await pause(strike.delayMs);
    const hit = await strikeNow(stage, strike);
    if (hit !== null) struck.push(hit);
  }
  return struck;
}

/** A fault that was set while the stand-in was frozen, and answered to nobody, would last for ever. */
async function healStandIn({ standIn }: ChaosStage): Promise<void> {
  const deadline = performance.now() + STAND_IN_ASKED_MS_MAX;
  for (;;) {
    try {
      return await standIn.control.clearFaults();
    } catch (error) {
      if (!isSilence(error) || performance.now() > deadline) throw error;
    }
  }
}

/** Until all accounts are CONNECTED with a page that lives, the runtime is ready, and what was killed has gone. */
async function untilBack(
  stage: ChaosStage,
  struck: readonly Struck[],
  backMsMax: number,
): Promise<{ missing: Missing; rests: RoundResult['rests'] }> {
  const deadline = performance.now() + backMsMax;
  const rests: { accountId: string; code: string }[] = [];
  for (;;) {
    const missing = await whatIsMissing(stage, struck, rests);
    if (missing.length === 0 || performance.now() > deadline) return { missing, rests };
    await pause(LOOK_EVERY_MS);
  }
}

async function whatIsMissing(
  stage: ChaosStage,
  struck: readonly Struck[],
  rests: { accountId: string; code: string }[],
): Promise<Missing> {
  const missing: { accountId: string | null; what: string }[] = struck
    .flatMap(({ mustGo }) => mustGo)
    .filter(isAlive)
    .map((entry) => ({ accountId: null, what: `still there: ${nameOf(entry)}` }));
  if (!(await isReady(stage.url))) return [...missing, { accountId: null, what: 'the runtime is not ready' }];
  const views = await stage.fleet.tend().catch(() => null); // it may be struck between two calls
  if (views === null) return [...missing, { accountId: null, what: 'the runtime does not answer' }];
  const active = stage.fleet.active.map(({ id, paired }) => ({ paired, view: views.find((view) => view.id === id)! }));
  for (const { paired, view } of active) {
    if (view.detail !== 'CONNECTED.online')
      missing.push({ accountId: view.id, what: `${view.detail} (${view.reason?.code ?? 'no reason'})` });
    if (paired && isAtRest(view)) await connectAgain(stage, view, rests);
  }
  const withoutPage = stage.ours.withoutPage(active.map(({ view }) => view.id));
  return [...missing, ...withoutPage.map((accountId) => ({ accountId, what: 'has no page' }))];
}

const isAtRest = ({ detail }: AccountView): boolean => detail === 'FAILED.idle' || detail === 'DISCONNECTED.idle';

async function connectAgain(
  { client }: ChaosStage,
  view: AccountView,
  rests: { accountId: string; code: string }[],
): Promise<void> {
  rests.push({ accountId: view.id, code: view.reason?.code ?? 'none' });
  await client.accounts.connect(view.id).catch(() => undefined); // looked at again
}

/** What nobody owns when all are back. A browser that a dead runtime left may still be leaving. */
async function orphansLeft({ ours }: ChaosStage): Promise<readonly string[]> {
  const deadline = performance.now() + ORPHANS_MS_MAX;
  for (;;) {
    const orphans = ours.orphans();
    if (orphans.length === 0 || performance.now() > deadline) return orphans;
    await pause(SETTLED_MS);
  }
}
