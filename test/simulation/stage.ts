import type { ReasonCode } from '#libs/contracts/reasons';
import { NO_FAULTS, type SimulatedFaults } from '#libs/drivers/simulated/faults';
import type { SeededDice } from './seeded-dice.js';
import { nameOf } from './story.js';
import type { World } from './world.js';

/** Where something happens, and to whom. */
export interface Stage {
  readonly world: World;
  readonly dice: SeededDice;
  readonly accountId: string;
}

export function command({ world, accountId }: Stage, name: 'connect' | 'disconnect' | 'restart' | 'logout'): void {
  world.disturbances.disturb(accountId);
  void world.runtime?.command(accountId, name);
}

/** Wrong until healed. */
export function harm(world: World, accountId: string, faults: Partial<SimulatedFaults>, forMs: number): void {
  const names = Object.keys(faults) as (keyof SimulatedFaults)[];
  world.provider.setFaults(accountId, faults);
  world.disturbances.harm(accountId);
  world.time.setTimeout(() => {
    world.provider.setFaults(accountId, Object.fromEntries(names.map((name) => [name, NO_FAULTS[name]])));
    world.disturbances.heal(accountId);
    tell(world, accountId, `fault over: ${names.join(', ')}`);
  }, forMs);
}

export function breakDown({ world, dice, accountId }: Stage, reason: ReasonCode): void {
  const dropAfterMs = dice.chance(0.3) ? null : dice.between(0, 20_000);
  if (!world.provider.breakDown(accountId, reason, dropAfterMs)) return;
  const gone = dropAfterMs === null ? 'never' : `after ${dropAfterMs} ms`;
  tell(world, accountId, `breaks down with ${reason}, gone ${gone}`);
}

/** `dropAfterMs` null: it is gone without a word before. */
export function takeOver(world: World, accountId: string, dropAfterMs: number | null): void {
  const taken =
    dropAfterMs === null
      ? world.provider.drop(accountId, 'conflict')
      : world.provider.breakDown(accountId, 'conflict', dropAfterMs);
  if (taken) tell(world, accountId, 'is opened in another place');
}

export function drop(world: World, accountId: string, reason: ReasonCode): void {
  if (world.provider.drop(accountId, reason)) tell(world, accountId, `its session is gone: ${reason}`);
}

export function tell(world: World, accountId: string, text: string): void {
  world.disturbances.disturb(accountId);
  world.story.tell(nameOf(accountId), text);
}
