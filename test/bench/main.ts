import { writeFile } from 'node:fs/promises';
import { arch, availableParallelism, loadavg, platform } from 'node:os';
import { benchAccept } from './accept.js';
import { type Figure, judgeFigure } from './figure.js';
import { makeFleet } from './fleet.js';
import { benchLatency } from './latency.js';
import { type BenchOptions, readOptions, USAGE } from './options.js';
import { benchLeases } from './leases.js';
import { benchRestore } from './restore.js';
import { benchSecondStart } from './second-start.js';
import { benchStorm } from './storm.js';
import { benchStream } from './stream.js';
import { printTable } from './table.js';
import { makeWhatsappFleet } from './whatsapp/fleet.js';
import { benchHealing } from './whatsapp/healing.js';
import { benchRestingCost } from './whatsapp/resting-cost.js';
import { benchWhatsappRestore } from './whatsapp/restore.js';
import { benchSending, SENDERS } from './whatsapp/sending.js';

/** All together take some half an hour, most of it for pages that hang; then something else hangs, and it ends with what it has. */
const BENCH_MS_MAX = 90 * 60_000;
const STORM_MS = 10_000;
const LATENCY_ACCOUNTS = 1_000;

await main();

async function main(): Promise<void> {
  const options = readArguments();
  const broken = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => broken.abort(new Error(`ended by ${name}`)));
  const signal = AbortSignal.any([broken.signal, AbortSignal.timeout(BENCH_MS_MAX)]);
  const figures: Figure[] = [];
  try {
    for await (const more of runAll(options, signal)) {
      figures.push(...more);
      process.stdout.write(`${printTable(more)}\n`);
    }
  } finally {
    process.stdout.write(`${sumUp(figures)}\n`);
    if (options.json) await writeFile(options.json, `${JSON.stringify(reportOf(figures), null, 2)}\n`);
  }
}

function readArguments(): BenchOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
    process.exit(2);
  }
}

/** One after the other: they share the machine. */
async function* runAll(options: BenchOptions, signal: AbortSignal): AsyncGenerator<readonly Figure[], void, undefined> {
  yield* runSimulated(options, signal);
  yield* runWhatsapp(options, signal);
}

async function* runWhatsapp(
  { only, browsers, rounds, trials, faults }: BenchOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly Figure[], void, undefined> {
  if (only.includes('sending')) {
    await using fleet = await makeWhatsappFleet(Math.max(...SENDERS), signal);
    yield await benchSending(fleet, rounds, signal);
  }
  if (!only.some((name) => name.startsWith('whatsapp'))) return;
  // Each fault is judged as a first one: the account was well before it, and nobody gives up on it.
  await using fleet = await makeWhatsappFleet(browsers, signal, { RESTARTS_MAX: '1000', BACKOFF_RESET_AFTER_MS: '1' });
  if (only.includes('whatsapp-restore')) yield await benchWhatsappRestore(fleet, rounds);
  if (only.includes('whatsapp-rest')) yield await benchRestingCost(fleet, signal);
  if (only.includes('whatsapp-heal'))
    for await (const more of benchHealing(fleet, { trials, faults }, signal)) yield more;
}

/** Restore and storm share a fleet, which takes longest to make. */
async function* runSimulated(
  { only, accounts, rounds }: BenchOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly Figure[], void, undefined> {
  if (only.includes('stream')) yield await benchStream(signal);
  if (only.includes('start')) yield await benchSecondStart(rounds, signal);
  if (only.includes('accept')) yield await benchAccept(signal);
  if (only.includes('leases')) yield await benchLeases(signal);
  if (only.includes('latency')) {
    await using fleet = await makeFleet(LATENCY_ACCOUNTS, signal);
    yield await benchLatency(fleet, signal);
  }
  if (!only.includes('restore') && !only.includes('storm')) return;
  await using fleet = await makeFleet(accounts, signal);
  if (only.includes('restore')) yield await benchRestore(fleet, rounds);
  if (only.includes('storm')) yield await benchStorm(fleet, STORM_MS, signal);
}

function sumUp(figures: readonly Figure[]): string {
  const missed = figures.filter((figure) => judgeFigure(figure) === 'missed');
  if (missed.length === 0) return 'No bar was missed.';
  return `Missed: ${missed.map(({ name }) => name).join(' · ')}`;
}

function reportOf(figures: readonly Figure[]): object {
  return {
    at: new Date().toISOString(),
    machine: { node: process.version, platform: platform(), arch: arch(), cores: availableParallelism() },
    /** Others on the machine make every figure worse. */
    load: loadavg(),
    figures: figures.map((figure) => ({ ...figure, verdict: judgeFigure(figure) })),
  };
}
