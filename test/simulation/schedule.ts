import { BRAKE_QUIET_MS } from '#libs/contracts/limits/sessions';
import { ambush } from './ambush.js';
import { ACTION_WEIGHTS, type ActionName, ACTIONS } from './actions.js';
import type { Coverage } from './coverage.js';
import { isMoving, recoveryBoundMs, stateOf } from './watches/account-watch.js';
import type { Bug } from './bug.js';
import { missedBy } from './watches/inbox-watch.js';
import { waitingToBeSent } from './watches/message-watch.js';
import { SeededDice } from './seeded-dice.js';
import { SendNetwork } from './send-network.js';
import type { AccountRow } from './store-tables.js';
import { World } from './world.js';

export interface SimulationResult {
  readonly seed: number;
  readonly violations: readonly string[];
  /** The same for the same seed, byte for byte. */
  readonly story: string;
  /** Of the accounts that the violations name. */
  readonly history: string;
  readonly crashes: number;
  readonly restarts: number;
  readonly messages: number;
  readonly virtualMs: number;
}

const ACCOUNTS_MAX = 3;
const STEPS_MIN = 10;
const STEPS_MAX = 35;
/** Share of the steps that wait for a certain state: some last milliseconds, and chance alone would hardly meet them. */
const AMBUSHES = 0.3;
/** While all goes well, a message takes milliseconds; one that was lost on its way is looked up after 30 s, five times. */
const MESSAGE_DRAIN_MS = 200_000;
/** Nothing that waits while all accounts rest waits longer: the brake, until it goes off by itself. */
const TIMERS_REST_MS = BRAKE_QUIET_MS + 1_000;
/** A last step is committed, and a login moved aside, within this time. */
const AFTERMATH_MS = 10_000;
const QUIESCE_LOOK_MS = 5_000;

/** Plays the schedule of a seed: what happens, when, and how the store does. Then all is made well, and all must be well. */
export async function simulate(seed: number, bug: Bug | null = null, coverage?: Coverage): Promise<SimulationResult> {
  const dice = new SeededDice(seed);
  const network = new SendNetwork(dice.fork(), bug?.newIds);
  const world = new World({
    dice: dice.fork(),
    accounts: Array.from({ length: dice.between(1, ACCOUNTS_MAX) }, () => settingsBy(dice)),
    wireDelayMsMax: dice.pick([0, 0, 5, 100]),
    bug,
    coverage,
    network: (driver) => network.wrap(driver),
  });
  network.post = (accountId, order, afterMs) => world.arriveLate(accountId, order, afterMs);
  const began = world.time.now();
  world.startRuntime();
  await play(world, dice);
  await quiesce(world);
  return {
    seed,
    violations: world.story.violations,
    story: world.story.text(),
    history: world.story.violations.length > 0 ? world.story.history() : '',
    crashes: world.crashes,
    restarts: world.watches.restart.restarts,
    messages: world.sent,
    virtualMs: world.time.now() - began,
  };
}

async function play(world: World, dice: SeededDice): Promise<void> {
  const weights = tempered(dice);
  await world.advance(1_000);
  for (const accountId of world.accountIds) if (dice.chance(0.9)) await ACTIONS.connect({ world, dice, accountId });
  for (let left = dice.between(STEPS_MIN, STEPS_MAX); left > 0 && world.story.violations.length === 0; left -= 1) {
    await world.advance(pauseBy(dice));
    const accountId = (dice.chance(AMBUSHES) && (await ambush(world, dice))) || dice.pick(world.accountIds);
    world.autoRestore = !dice.chance(0.03);
    const action = dice.pickWeighted(weights);
    world.options.coverage?.action(stateOf(world.tables.account(accountId)), action);
    await ACTIONS[action]({ world, dice, accountId });
  }
}

/** Everything is made well, nothing new happens: what was wanted must come, and nothing else. */
async function quiesce(world: World): Promise<void> {
  const { story, tables, provider } = world;
  if (story.violations.length > 0) return;
  story.tell('world', 'all is made well');
  await world.quiesce();
  const atMost = recoveryBoundMs(world.accountIds.length) * 2 + MESSAGE_DRAIN_MS * (1 + waitingToBeSent(tables).length);
  const until = world.time.now() + atMost;
  while (world.time.now() < until && story.violations.length === 0) {
    await world.advance(QUIESCE_LOOK_MS);
    const rests = [...tables.accounts.values()].every((row) => !isMoving(row) && !isDiscarding(row));
    const isDone = waitingToBeSent(tables).length === 0 && missedBy(provider, tables).length === 0;
    if (world.isUndisturbed() && rests && isDone) break;
  }
  if (story.violations.length > 0) return;
  world.watches.checkEnd(world.sight());
  await world.advance(TIMERS_REST_MS);
  // A code that nobody scanned may have run out in this very moment; what follows from it is over soon.
  if (justMoved(world)) await world.advance(AFTERMATH_MS);
  world.watches.checkRest(world.sight(), world.life);
  await world.stopRuntime();
  world.watches.account.onTakeover(tables);
}

const justMoved = ({ tables, time }: World): boolean =>
  [...tables.accounts.values()].some(({ kept }) => kept !== null && time.now() - kept.enteredAt < AFTERMATH_MS);

/** Its login is being moved aside, which takes as long as the disk takes. */
const isDiscarding = ({ kept }: AccountRow): boolean => kept?.snapshot.context.login === 'discarding';

function settingsBy(dice: SeededDice): Readonly<Record<string, unknown>> {
  return {
    scan: dice.chance(0.8) ? 'auto' : 'manual',
    autoScanMs: dice.pick([100, 1_000, 30_000]),
    launchMs: dice.pick([20, 500, 5_000]),
    readyMs: dice.pick([10, 150, 3_000]),
    ackMs: dice.pick([2, 30, 2_000]),
    readMs: dice.pick([null, 100]),
    closeMs: dice.pick([0, 5, 2_000, 8_000]),
    qrLifetimeMs: dice.pick([20_000, 60_000]),
  };
}

/** Each schedule has its own mind: some things happen five times as often, some hardly ever. */
function tempered(dice: SeededDice): Record<ActionName, number> {
  const entries = Object.entries(ACTION_WEIGHTS).map(([name, weight]) => [name, weight * dice.pick([0.2, 1, 1, 1, 5])]);
  return Object.fromEntries(entries) as Record<ActionName, number>;
}

function pauseBy(dice: SeededDice): number {
  const kind = dice.next();
  if (kind < 0.4) return dice.between(0, 60);
  if (kind < 0.65) return dice.between(50, 3_000);
  if (kind < 0.87) return dice.between(1_000, 40_000);
  return kind < 0.97 ? dice.between(30_000, 200_000) : dice.between(200_000, 900_000);
}
