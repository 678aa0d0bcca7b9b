import { setTimeout as delay } from 'node:timers/promises';
import { SeededDice } from '#test/simulation/seeded-dice';
import { minutesOf } from './axis.js';
import { BROWSER_STRIKES } from './browser-faults.js';
import { type BrowserFault, type FaultName, PLAIN_FAULTS, type PlainFault } from './fault-names.js';
import { planFaults } from './fault-plan.js';
import { untilHealed } from './healing.js';
import type { SoakOptions } from './options.js';
import { PLAIN_STRIKES } from './plain-faults.js';
import type { SoakPerson, SoakScene } from './soak-scene.js';
import type { Blow } from './strike.js';

export interface FaultRecord {
  readonly name: FaultName;
  readonly who: string;
  /** Since the run began. */
  readonly atMs: number;
  /** From the blow until everybody was well again; null: they never were. */
  readonly healedMs: number | null;
}

export interface FaultLoop {
  readonly records: readonly FaultRecord[];
  /** Since when, by `performance.now()`, nothing has been broken; Infinity while something is. */
  readonly wellSince: number;
  /** Everybody is well, or somebody is stuck: then with an error that says who. */
  readonly done: Promise<void>;
}

const EVERY_MS = 60_000;

/** One fault a minute until `untilMs` of the run, and none before the one before it has healed. */
export function strikeOn(scene: SoakScene, options: SoakOptions, beganAt: number, signal: AbortSignal): FaultLoop {
  const records: FaultRecord[] = [];
  const loop = { records, wellSince: performance.now(), done: Promise.resolve() };
  const dice = new SeededDice(options.seed).fork();
  const run = async (): Promise<void> => {
    let n = 1;
    for (const { name, person } of planFaults(options.seed, options.provider, scene.people.length)) {
      const waitMs = beganAt + n * EVERY_MS - performance.now();
      await delay(Math.max(0, waitMs), undefined, { signal }).catch(() => undefined);
      // The last minute is calm.
      if (signal.aborted || performance.now() > beganAt + options.minutes * EVERY_MS - EVERY_MS / 2) return;
      loop.wellSince = Infinity;
      const who = scene.people[person]!;
      const atMs = performance.now() - beganAt;
      const told = { name, who: who.name, atMs };
      try {
        await strikeOnce(scene, name, who, dice);
      } catch (error) {
        records.push({ ...told, healedMs: null });
        throw new Error(`${name} (${who.name}): ${(error as Error).message}`, { cause: error });
      }
      const healedMs = performance.now() - beganAt - atMs;
      records.push({ ...told, healedMs });
      console.log(`${minutesOf(atMs)}  ${name} (${who.name}): all well after ${(healedMs / 1_000).toFixed(1)} s`);
      loop.wellSince = performance.now();
      n = Math.max(n + 1, Math.ceil((performance.now() - beganAt) / EVERY_MS));
    }
  };
  loop.done = run();
  loop.done.catch(() => undefined); // told by whoever awaits it
  return loop;
}

async function strikeOnce(scene: SoakScene, name: FaultName, who: SoakPerson, dice: SeededDice): Promise<void> {
  const struckAt = Date.now();
  const blow = await blowOf(scene, name, who, dice);
  if (blow.relief) {
    await delay(blow.relief.afterMs);
    await blow.relief.give();
  }
  await untilHealed(scene, blow, struckAt);
}

function blowOf(scene: SoakScene, name: FaultName, who: SoakPerson, dice: SeededDice): Promise<Blow> {
  if (name in PLAIN_FAULTS) return PLAIN_STRIKES[name as PlainFault](scene, who, dice);
  if (!scene.whatsapp) throw new Error(`${name} needs a browser`);
  return BROWSER_STRIKES[name as BrowserFault](scene.whatsapp, who);
}
