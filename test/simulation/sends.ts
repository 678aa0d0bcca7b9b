import { NO_FAULTS } from '#libs/drivers/simulated/faults';
import { chatOf } from '#libs/drivers/simulated/phone';
import type { Bug } from './bug.js';
import type { MessageRow } from './message-table.js';
import { SeededDice } from './seeded-dice.js';
import { SendNetwork } from './send-network.js';
import { SEND_STEPS, type SendStep } from './send-steps.js';
import { World } from './world.js';

export interface SendsResult {
  readonly seed: number;
  readonly sent: number;
  /** Accepted, and neither at the provider nor told as failed or uncertain. */
  readonly lost: readonly string[];
  /** At the provider more than once. */
  readonly doubled: readonly string[];
  readonly uncertain: number;
  /** Told as uncertain, though no profile was rolled back. */
  readonly uncertainForNothing: readonly string[];
  readonly violations: readonly string[];
  /** By step: deaths of the runtime at it. */
  readonly crashes: ReadonlyMap<SendStep, number>;
  readonly story: string;
}

const ACCOUNTS = 2;
const CHATS = ['+380440000001', '+380440000002', '+380440000003'];
const BURST_MAX = 8;
/** A step that does not come by then, as when nothing is to be looked up, is left out this time. */
const STEP_MS_MAX = 8_000;
const ROLLBACK_SHARE = 0.02;
/** Five look-ups, and the start before them. */
const ROLLED_BACK_MS = 250_000;
/** Longer than look-ups without an answer and retries take together. */
const DRAIN_MS_MAX = 3_600_000;
const LOOK_MS = 5_000;

/**
 * Has `count` messages sent, while the runtime dies at one step of the protocol after the other, before the call has left
 * it, or just after; now and then messages and acknowledgements are lost on their way, and a profile is rolled back.
 */
export async function playSends(seed: number, count: number, bug: Bug | null = null): Promise<SendsResult> {
  const dice = new SeededDice(seed);
  const network = new SendNetwork(dice.fork(), bug?.newIds);
  const world = new World({
    dice: dice.fork(),
    accounts: Array.from({ length: ACCOUNTS }, () => ({ scan: 'auto', ackMs: dice.pick([2, 30, 300]) })),
    wireDelayMsMax: dice.pick([0, 5, 20]),
    bug,
    network: (driver) => network.wrap(driver),
  });
  network.post = (accountId, order, afterMs) => world.arriveLate(accountId, order, afterMs);
  const crashes = new Map<SendStep, number>();
  world.startRuntime();
  await world.advance(1_000);
  for (const id of world.accountIds) void world.runtime?.command(id, 'connect');
  await world.advance(5_000);
  for (let round = seed; world.sent < count && world.story.violations.length === 0; round += 1) {
    disturb(world, dice);
    if (dice.chance(ROLLBACK_SHARE)) await rollBack(world, network, dice, count);
    const step = SEND_STEPS[round % SEND_STEPS.length]!;
    if (await dieAtStep(world, step, dice, count)) crashes.set(step, (crashes.get(step) ?? 0) + 1);
  }
  await drain(world, network);
  return judge(seed, world, network, crashes);
}

function disturb(world: World, dice: SeededDice): void {
  for (const id of world.accountIds) {
    world.provider.setFaults(id, NO_FAULTS);
    if (dice.chance(0.15)) world.provider.setFaults(id, { withholdAcknowledgements: true });
    else if (dice.chance(0.1)) world.provider.setFaults(id, { loseSends: true });
  }
}

/** The runtime dies while nobody knows what became of some messages, and comes back over a profile from before them. */
async function rollBack(world: World, network: SendNetwork, dice: SeededDice, count: number): Promise<void> {
  const accountId = dice.pick(world.accountIds);
  world.provider.setFaults(accountId, { withholdAcknowledgements: true });
  for (let left = 3; left > 0 && world.sent < count; left -= 1) send(world, dice);
  await world.advance(500);
  network.rollBack(accountId);
  world.life?.die('with its profile', 'with its profile');
  await world.advance(ROLLED_BACK_MS);
  network.makeWhole();
}

/** Messages go out until the runtime has died at this step, and a while after it was started again. */
async function dieAtStep(world: World, step: SendStep, dice: SeededDice, count: number): Promise<boolean> {
  const deaths = world.crashes;
  await world.advance(dice.between(0, 3_000));
  if (dice.chance(0.5)) world.life?.dieAt(step);
  else world.life?.dieAround(step, dice.pick([1, 2, 5]));
  for (let left = dice.between(1, BURST_MAX); left > 0 && world.sent < count; left -= 1) send(world, dice);
  const until = world.time.now() + STEP_MS_MAX;
  while (world.crashes === deaths && world.time.now() < until) await world.advance(200);
  return world.crashes > deaths;
}

function send(world: World, dice: SeededDice): void {
  if (!world.runtime?.runningSince) return;
  const to = dice.pick(CHATS);
  const id = `m${(world.sent += 1)}`;
  void world.runtime.send(dice.pick(world.accountIds), { id, to, chatId: chatOf(to)!, text: `text ${id}` });
}

/** Nobody dies any more, and the network is well: what waits goes out. */
async function drain(world: World, network: SendNetwork): Promise<void> {
  if (world.story.violations.length > 0) return;
  await world.quiesce();
  network.makeWhole();
  const until = world.time.now() + DRAIN_MS_MAX;
  do await world.advance(LOOK_MS);
  while (world.time.now() < until && !(world.isUndisturbed() && isDrained(world)));
  world.watches.message.checkEnd(world.tables);
}

const isDrained = (world: World): boolean =>
  [...world.tables.messages.rows.values()].every(({ pending, promised }) => !pending || !promised);

function judge(seed: number, world: World, network: SendNetwork, crashes: ReadonlyMap<SendStep, number>): SendsResult {
  const copies = new Map<string, number>();
  for (const { text } of world.provider.messages.all()) copies.set(text, (copies.get(text) ?? 0) + 1);
  const rows = [...world.tables.messages.rows.values()].filter(({ direction }) => direction === 'out');
  const isLost = (row: MessageRow): boolean =>
    row.promised && !copies.has(row.text) && row.status !== 'failed' && row.status !== 'uncertain';
  const uncertain = rows.filter(({ status }) => status === 'uncertain');
  return {
    seed,
    sent: rows.length,
    lost: rows.filter(isLost).map(({ id, status }) => `${id} (${status})`),
    doubled: [...copies].filter(([, times]) => times > 1).map(([text]) => text),
    uncertain: uncertain.length,
    uncertainForNothing: uncertain.filter((row) => !network.silenced.has(row.providerMessageId!)).map(({ id }) => id),
    violations: world.story.violations,
    crashes,
    story: world.story.text(),
  };
}
