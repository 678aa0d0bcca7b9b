import { setTimeout as delay } from 'node:timers/promises';
import { nameOf } from '#test/support/whatsapp-stage';
import { type FaultRecord, strikeOn } from './fault-loop.js';
import type { SoakOptions } from './options.js';
import { readSample, type Sample } from './sampler.js';
import { setSoak, type SoakScene } from './soak-scene.js';
import { type Direction, Tally, type Witness, WITNESSES } from './tally.js';
import { keepTalking } from './traffic.js';
import { listen } from './witnesses.js';

export interface SoakRun {
  readonly samples: readonly Sample[];
  readonly faults: readonly FaultRecord[];
  readonly tookMs: number;
  readonly messages: Readonly<Record<Direction, number>>;
  /** How the store has them at the end. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Stuck, lost, doubled, left behind: none may be. */
  readonly violations: readonly string[];
  /** What the log told as a warning or an error, by how often. */
  readonly warnings: Readonly<Record<string, number>>;
}

const SAMPLE_EVERY_MS = 5_000;
/** After a fault has healed a page loads, and caches are filled. */
const CALM_AFTER_MS = 5_000;
/** More of one kind say nothing new. */
const VIOLATIONS_TOLD_MAX = 50;

/** Sets the scene, keeps it busy and struck for so many minutes, and looks what is left. */
export async function runSoak(options: SoakOptions, ending: AbortSignal): Promise<SoakRun> {
  await using scene = await setSoak(options, ending);
  const tally = new Tally();
  const listening = await listen(scene, tally);
  const beganAt = performance.now();
  const violations: string[] = [];
  const over = new AbortController();
  const signal = AbortSignal.any([ending, over.signal]);
  const faults = strikeOn(scene, options, beganAt, signal);
  const talking = keepTalking(scene, tally, signal);
  const { samples, sampling } = sampleOn(scene, () => faults.wellSince, beganAt, signal);
  const parts: readonly [string, Promise<void>][] = [
    ['stuck', faults.done],
    ['the talk ended', talking],
    ['the looking ended', sampling],
  ];
  const broken = Promise.race(parts.map(([, part]) => part.then(() => new Promise<never>(() => undefined))));
  await Promise.race([
    delay(options.minutes * 60_000, undefined, { signal }).catch(() => undefined),
    broken.catch(() => undefined),
  ]);
  over.abort();
  for (const [what, part] of parts)
    await part.catch((error: unknown) => void violations.push(`${what}: ${(error as Error).message}`));
  const tookMs = performance.now() - beganAt;

  const statuses = await listening.end().catch((error: unknown) => {
    violations.push(`at the end: ${(error as Error).message}`);
    return {};
  });
  listening.close();
  violations.push(...messageFaults(tally, statuses, scene), ...(await stopAndLook(scene)));
  return {
    ...{ samples, faults: faults.records, tookMs, statuses },
    messages: { in: tally.count('in'), out: tally.count('out') },
    violations: violations.slice(0, VIOLATIONS_TOLD_MAX),
    warnings: warningsIn(scene),
  };
}

function sampleOn(scene: SoakScene, wellSince: () => number, beganAt: number, signal: AbortSignal) {
  const samples: Sample[] = [];
  const sampling = (async () => {
    for (let n = 0; !signal.aborted; n += 1) {
      const began = performance.now();
      const wellBefore = wellSince();
      const values = await readSample(scene, n);
      const allConnected = values['accounts.connected'] === scene.people.length;
      const calm = allConnected && wellSince() === wellBefore && began - wellBefore >= CALM_AFTER_MS;
      samples.push({ atMs: began - beganAt, calm, values });
      const restMs = Math.max(0, began + SAMPLE_EVERY_MS - performance.now());
      await delay(restMs, undefined, { signal }).catch(() => undefined);
    }
  })();
  sampling.catch(() => undefined); // told by whoever awaits it
  return { samples, sampling };
}

function messageFaults(
  tally: Tally,
  { failed = 0, queued = 0, sending = 0 }: Readonly<Record<string, number>>,
  { whatsapp }: SoakScene,
): readonly string[] {
  const sees: Readonly<Record<Witness, readonly Direction[]>> = {
    ...{ store: ['in', 'out'], stream: ['in', 'out'], webhook: ['in', 'out'] },
    provider: whatsapp ? ['out'] : [],
  };
  const faults = WITNESSES.flatMap((witness) => tally.lostAndDoubled(witness, sees[witness]));
  if (failed > 0) faults.push(`${failed} messages failed, and nobody had refused them`);
  if (queued + sending > 0) faults.push(`${queued + sending} messages still wait`);
  return faults;
}

/** A stop takes everything with it. */
async function stopAndLook({ runtime, whatsapp, orphans }: SoakScene): Promise<readonly string[]> {
  orphans.look(runtime.pid);
  const before = orphans.orphans().map((entry) => `without an owner: ${nameOf(entry)}`);
  const code = await runtime.stop();
  const locks = whatsapp ? await whatsapp.profileLocks() : [];
  return [
    ...before,
    ...(code === 0 ? [] : [`the runtime ended with ${code}`]),
    ...orphans.living().map((entry) => `after the stop: ${nameOf(entry)}`),
    ...locks.map((lock) => `after the stop: the lock ${lock}`),
  ];
}

function warningsIn({ runtime }: SoakScene): Readonly<Record<string, number>> {
  const warnings: Record<string, number> = {};
  for (const { level, msg } of runtime.log)
    if (level === 'warn' || level === 'error' || level === 'fatal')
      warnings[`${level}: ${msg}`] = (warnings[`${level}: ${msg}`] ?? 0) + 1;
  return warnings;
}
