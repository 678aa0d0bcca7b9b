import type { SimulatedFaults } from '#libs/drivers/simulated/faults';
import { NO_FAULTS } from '#libs/drivers/simulated/faults';
import { chatOf, phoneOf } from '#libs/drivers/simulated/phone';
import { REASON_CODES, type ReasonCode, REASONS } from '#libs/contracts/reasons';
import { LAUNCH_WAITS } from '#libs/contracts/session';
import { CALLS } from './calls.js';
import { flood as floodMail } from './flood.js';
import { breakDown, command, drop, harm, type Stage, takeOver, tell } from './stage.js';

/** Somebody outside all accounts. */
const STRANGER = '+380441234567';
const CRASHES = REASON_CODES.filter((code) => REASONS[code].class === 'crash' && code !== 'close_timeout');
const OUTAGES = REASON_CODES.filter((code) => REASONS[code].class === 'outage');
const NORMALS: readonly ReasonCode[] = ['blocked', 'conflict', 'session_expired', 'logged_out', 'browser_missing'];
const FAILING: readonly ReasonCode[] = ['blocked', 'browser_missing'];
/** How the other place takes an account over, and over again. */
const CONFLICT_PAUSES_MS = [5_000, 40_000, 100_000, 200_000] as const;
/** Shorter and longer than a kill may take. */
const STUCK_MS = [3_000, 12_000, 60_000, 300_000] as const;
const FAULTS = Object.keys(NO_FAULTS) as (keyof SimulatedFaults)[];
const FAULT_MS_MAX = 600_000;
/** Often enough that it is said a fourth time while the account comes back from the third. */
const POISON_TIMES = 12;
/** What may happen, by how often. */
export const ACTION_WEIGHTS = {
  connect: 8,
  disconnect: 2,
  restart: 2,
  logout: 1,
  send: 14,
  write: 2,
  scan: 2,
  crash: 6,
  crashStorm: 1,
  outage: 2,
  normalEnd: 1,
  breakDown: 2,
  breakForGood: 1,
  degrade: 3,
  conflict: 1.5,
  recycle: 3,
  siteAway: 1,
  recover: 2,
  logOutOnPhone: 1,
  expireLogin: 0.5,
  ban: 0.7,
  fault: 6,
  networkAway: 1,
  storeAway: 2,
  storeFlaky: 2,
  breakActor: 1,
  poisonActor: 1,
  flood: 0.3,
  stick: 1,
  takeAway: 0.5,
  killRuntime: 2,
  killRuntimeSoon: 4,
  killRuntimeAround: 6,
  killRuntimeAt: 6,
  stopRuntime: 1,
  stopInHurry: 0.5,
} as const;
export type ActionName = keyof typeof ACTION_WEIGHTS;

export const ACTIONS: Readonly<Record<ActionName, (stage: Stage) => void | Promise<void>>> = {
  connect: (stage) => command(stage, 'connect'),
  disconnect: (stage) => command(stage, 'disconnect'),
  restart: (stage) => command(stage, 'restart'),
  logout: (stage) => command(stage, 'logout'),
  send: ({ world, dice, accountId }) => {
    const others = world.accountIds.filter((id) => id !== accountId).map((id) => phoneOf(id));
    for (let left = dice.between(1, 4); left > 0; left -= 1) {
      const to = dice.chance(0.05) ? 'nobody' : dice.pick([STRANGER, ...others]);
      const id = `m${(world.sent += 1)}`;
      void world.runtime?.send(accountId, { id, to, chatId: chatOf(to) ?? to, text: `text ${id}` });
    }
  },
  write: ({ world, dice, accountId }) => {
    const id = (world.written += 1);
    if (dice.chance(0.3)) world.provider.setFaults(accountId, { keepsNewsBack: true });
    world.provider.write(accountId, { from: STRANGER, text: `letter ${id}`, providerMessageId: `letter-${id}` });
  },
  scan: ({ world, accountId }) => {
    if (world.provider.scan(accountId)) tell(world, accountId, 'a person scans the code');
  },
  crash: ({ world, dice, accountId }) => drop(world, accountId, dice.pick(CRASHES)),
  crashStorm: ({ world, dice, accountId }) => {
    let waitMs = 0;
    for (let left = dice.between(3, 9); left > 0; left -= 1) {
      waitMs += dice.between(1_000, 40_000);
      world.time.setTimeout(() => world.quiescing || drop(world, accountId, 'browser_gone'), waitMs);
    }
  },
  outage: ({ world, dice, accountId }) => drop(world, accountId, dice.pick(OUTAGES)),
  normalEnd: ({ world, dice, accountId }) => drop(world, accountId, dice.pick(NORMALS)),
  breakDown: (stage) => breakDown(stage, stage.dice.pick([...CRASHES, ...OUTAGES, ...NORMALS])),
  breakForGood: (stage) => breakDown(stage, stage.dice.pick(FAILING)),
  degrade: ({ world, dice, accountId }) => {
    const reason = dice.pick(['network_unreachable', 'provider_timeout'] as const);
    if (world.provider.degrade(accountId, reason)) tell(world, accountId, `loses its socket: ${reason}`);
  },
  conflict: ({ world, dice, accountId }) => {
    let waitMs = 0;
    for (let left = dice.between(1, 4); left > 0; left -= 1) {
      const dropAfterMs = dice.pick([null, 0, 500]);
      world.time.setTimeout(() => world.quiescing || takeOver(world, accountId, dropAfterMs), waitMs);
      waitMs += dice.pick(CONFLICT_PAUSES_MS);
    }
  },
  recycle: ({ world, accountId }) => {
    world.disturbances.disturb(accountId);
    void world.runtime?.recycle(accountId);
  },
  /** One cause, many accounts: all sessions fall, and no launch comes further than this. */
  siteAway: ({ world, dice }) => {
    const forMs = dice.between(1_000, FAULT_MS_MAX);
    const waitsOn = dice.pick(LAUNCH_WAITS);
    world.story.tell('network', `lets nobody get further than the ${waitsOn} for ${forMs} ms`);
    const reason = dice.pick(OUTAGES);
    for (const id of world.accountIds) {
      drop(world, id, reason);
      harm(world, id, { waitsOn }, forMs);
    }
  },
  recover: ({ world, accountId }) => {
    if (world.provider.recover(accountId)) tell(world, accountId, 'has its socket back');
  },
  logOutOnPhone: ({ world, accountId }) => {
    tell(world, accountId, 'is logged out on the phone');
    world.provider.logOutOnPhone(accountId);
  },
  expireLogin: ({ world, accountId }) => {
    tell(world, accountId, 'its login expires');
    world.provider.expireLogin(accountId);
  },
  ban: ({ world, accountId }) => {
    tell(world, accountId, 'is banned');
    world.provider.ban(accountId);
  },
  fault: ({ world, dice, accountId }) => {
    const fault = dice.pick(FAULTS);
    const forMs = dice.between(100, FAULT_MS_MAX);
    tell(world, accountId, `fault for ${forMs} ms: ${fault}`);
    const kind = { refuseSends: 'refused by the simulation', waitsOn: dice.pick(LAUNCH_WAITS) };
    harm(world, accountId, { [fault]: kind[fault as keyof typeof kind] ?? true }, forMs);
  },
  networkAway: ({ world, dice }) => {
    const forMs = dice.between(1_000, FAULT_MS_MAX);
    world.story.tell('network', `away for ${forMs} ms`);
    world.provider.setReachable(false);
    for (const id of world.accountIds) world.disturbances.harm(id);
    world.time.setTimeout(() => {
      world.story.tell('network', 'is back');
      world.provider.setReachable(true);
      for (const id of world.accountIds) world.disturbances.heal(id);
    }, forMs);
  },
  storeAway: ({ world, dice }) => {
    const forMs = dice.chance(0.2) ? dice.between(10_000, 120_000) : dice.between(50, 10_000);
    world.story.tell('store', `away for ${forMs} ms`);
    world.weather.goAway(forMs);
  },
  storeFlaky: ({ world, dice }) => {
    world.weather.failures = dice.chance(0.4) ? 0 : dice.between(5, 50) / 100;
    world.weather.latencyMsMax = dice.pick([1, 5, 30, 200]);
    world.story.tell(
      'store',
      `loses ${world.weather.failures} of its calls, takes up to ${world.weather.latencyMsMax} ms`,
    );
  },
  breakActor: ({ world, accountId }) => {
    tell(world, accountId, 'its actor will fail at its next step');
    world.breakActor(accountId);
  },
  poisonActor: ({ world, dice, accountId }) => {
    if (!world.mayBreakActor(accountId)) return;
    tell(world, accountId, 'its session begins to say what its actor breaks on');
    let waitMs = 0;
    for (let left = POISON_TIMES; left > 0; left -= 1) {
      world.time.setTimeout(() => world.quiescing || world.runtime?.poisonActor(accountId), waitMs);
      waitMs += dice.between(500, 5_000);
    }
  },
  flood: ({ world, accountId }) => {
    const { runtime } = world;
    const flooded = runtime?.runningSince ? floodMail(runtime, accountId) : null;
    if (!runtime || !flooded) return;
    tell(world, accountId, `is flooded with mail; ${flooded.refused} letters are refused`);
    world.watches.bounds.onFlood(runtime, accountId, flooded);
  },
  stick: ({ world, dice, accountId }) => {
    const forMs = dice.pick(STUCK_MS);
    tell(world, accountId, `its process hangs for ${forMs} ms, whatever is done to it`);
    world.disturbances.stick(accountId, forMs);
    harm(world, accountId, { hangOnClose: true, swallowAnswers: dice.chance(0.5) }, forMs);
  },
  takeAway: ({ world, accountId }) => {
    if (!world.runtime?.runningSince) return;
    tell(world, accountId, 'is taken over by another node');
    world.disturbances.takeAway(accountId);
    world.tables.takeOver(accountId);
  },
  killRuntime: ({ world }) => world.life?.die('by kill -9', 'at any time'),
  killRuntimeSoon: ({ world, dice }) => world.life?.dieAfter(dice.between(1, dice.chance(0.5) ? 10 : 60)),
  killRuntimeAround: ({ world, dice }) =>
    world.life?.dieAround(dice.pick(CALLS), dice.between(1, dice.pick([2, 30, 200]))),
  killRuntimeAt: ({ world, dice }) => world.life?.dieAt(dice.pick(CALLS)),
  stopRuntime: ({ world }) => world.stopRuntime(),
  stopInHurry: ({ world, dice }) => world.stopRuntime(dice.between(1, 20_000)),
};
