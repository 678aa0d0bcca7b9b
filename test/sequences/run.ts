import { listTree } from '#libs/processes/process-table';
import type { LogLine } from '#test/support/runtime';
import { nameOf, setStage, type WhatsappStage } from '#test/support/whatsapp-stage';
import { BrowserWatch } from './browser-watch.js';
import { playSequence, type SequenceResult } from './sequence.js';

/** Sequences beside each other on one runtime: its three launch slots are always wanted then, and two cores are full. */
const LANES = 2;

export interface RunResult {
  readonly sequences: readonly SequenceResult[];
  readonly failed: readonly SequenceResult[];
  /** What was wrong with the runtime as a whole, when all sequences had ended. */
  readonly violations: readonly string[];
  /** What the runtime's log told as a warning or an error, by how often. */
  readonly warnings: ReadonlyMap<string, number>;
  readonly browsers: number;
  readonly looks: number;
  readonly tookMs: number;
}

export interface RunOptions {
  readonly seed: number;
  readonly count: number;
  /** After so long no further sequence begins. */
  readonly beginMsMax?: number;
  readonly told?: (result: SequenceResult) => void;
  readonly ending?: AbortSignal;
}

/** Plays sequences of one seed after the other on a stage of their own, until one fails; then stops the runtime, which must leave nothing. */
export async function runSequences({
  seed,
  count,
  beginMsMax = Infinity,
  told,
  ending,
}: RunOptions): Promise<RunResult> {
  const startedAt = performance.now();
  await using stage = await setStage({ ENGINE_HOST_ACCOUNTS_MAX: '4' });
  const sequences: SequenceResult[] = [];
  const failed = (): readonly SequenceResult[] => sequences.filter(({ story }) => story.violations.length > 0);
  const isOver = (): boolean =>
    failed().length > 0 || ending?.aborted === true || performance.now() - startedAt > beginMsMax;
  const watch = new BrowserWatch((id) => stage.profileOf(id));
  {
    await using looking = watch;
    let next = seed;
    const lane = async (): Promise<void> => {
      while (next < seed + count && !isOver()) {
        const result = await playSequence(stage, looking, next++);
        sequences.push(result);
        told?.(result);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }
  const violations = await stopAndLook(stage);
  return {
    sequences,
    failed: failed(),
    violations,
    warnings: warningsIn(stage.runtime.log),
    browsers: watch.seen,
    looks: watch.looks,
    tookMs: performance.now() - startedAt,
  };
}

/** With all accounts at rest a host has nothing under it; and a stop takes everything with it. */
async function stopAndLook(stage: WhatsappStage): Promise<readonly string[]> {
  const hosts = stage.engineHosts();
  const underHosts = listTree(hosts.map(({ pid }) => pid)).filter(({ pid }) => !hosts.some((host) => host.pid === pid));
  const code = await stage.runtime.stop();
  return [
    ...underHosts.map((entry) => `under an engine host, at rest: ${nameOf(entry)}`),
    ...(code === 0 ? [] : [`the runtime ended with ${code}`]),
    ...stage.strays().map((name) => `after the stop: ${name}`),
  ];
}

function warningsIn(log: readonly LogLine[]): ReadonlyMap<string, number> {
  const warnings = new Map<string, number>();
  for (const { level, msg } of log)
    if (level === 'warn' || level === 'error' || level === 'fatal')
      warnings.set(`${level}: ${msg}`, (warnings.get(`${level}: ${msg}`) ?? 0) + 1);
  return warnings;
}
