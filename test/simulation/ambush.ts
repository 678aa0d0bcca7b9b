import { ACTIONS, type ActionName } from './actions.js';
import type { SeededDice } from './seeded-dice.js';
import { stateOf } from './watches/account-watch.js';
import type { World } from './world.js';

/** What brings an account there, if anything does: the waits between are up to it. */
const WAYS = {
  'DISCONNECTED.idle': 'disconnect',
  'DISCONNECTED.closing': 'disconnect',
  'CONNECTING.queued': 'connect',
  'CONNECTING.launching': 'restart',
  'CONNECTING.backingOff': 'crash',
  'CONNECTING.closing': 'restart',
  QR_READY: 'connect',
  'AUTHENTICATING.syncing': 'connect',
  'AUTHENTICATING.verifying': 'restart',
  'CONNECTED.online': 'connect',
  'CONNECTED.degraded': 'degrade',
  'FAILED.idle': 'breakForGood',
  'FAILED.closing': 'breakForGood',
} as const satisfies Readonly<Record<string, ActionName>>;

export const STATES = Object.keys(WAYS) as (keyof typeof WAYS)[];
/** Longer than a launch and a login take when all is well. */
const WAIT_MS_MAX = 15_000;

/** Lies in wait until some account is in a state drawn by lot. Null: none came. */
export async function ambush(world: World, dice: SeededDice): Promise<string | null> {
  const state = dice.pick(STATES);
  if (dice.chance(0.7)) await ACTIONS[WAYS[state]]({ world, dice, accountId: dice.pick(world.accountIds) });
  const until = world.time.now() + WAIT_MS_MAX;
  while (world.time.now() < until && world.story.violations.length === 0) {
    const there = world.accountIds.find((id) => stateOf(world.tables.account(id)) === state);
    if (there) return there;
    await world.step(until);
  }
  return null;
}
