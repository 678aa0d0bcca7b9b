import { availableParallelism, loadavg } from 'node:os';
import type { SoakOptions } from './options.js';
import { type Line, linesOf } from './lines.js';
import type { Reading } from './floors.js';
import type { SoakRun } from './run.js';
import { messagesPerHour } from './traffic.js';
import { judge, type Verdict, warmUpOf } from './verdict.js';

export interface JudgedLine {
  readonly line: Line;
  readonly readings: readonly Reading[];
  readonly verdict: Verdict;
}

export interface SoakReport {
  readonly options: SoakOptions;
  readonly run: SoakRun;
  readonly warmUpMs: number;
  readonly lines: readonly JudgedLine[];
  /** Whether anything is stuck, lost, doubled, left behind, or surely grows faster than it may. */
  readonly ok: boolean;
}

/** What the simulated network keeps of a message in the runtime's memory: entries of two chats, and the message. Measured: 1.4. */
const NETWORK_KB_A_MESSAGE = 2;
/** Lines that say nothing where there are no browsers. */
const NEEDS_BROWSERS = /^(hosts|browsers|profiles)\./;
/** What has no bar is told its slope all the same. */
const NO_BAR = { perHour: Infinity, growthMin: Infinity, why: '' };

export function reportOf(options: SoakOptions, run: SoakRun): SoakReport {
  const warmUpMs = warmUpOf(run.tookMs);
  const kb = options.provider === 'simulated' ? NETWORK_KB_A_MESSAGE : 0;
  const lines = linesOf(options.accounts, messagesPerHour(options.accounts), kb).flatMap((line): JudgedLine[] => {
    const readings = run.samples.flatMap(({ atMs, calm, values }) => {
      const value = values[line.key];
      return value === undefined ? [] : [{ atMs, calm, value }];
    });
    if (NEEDS_BROWSERS.test(line.key) && readings.every(({ value }) => value === 0)) return [];
    return [{ line, readings, verdict: judge(readings, warmUpMs, line.bar ?? NO_BAR) }];
  });
  const grows = lines.some(({ verdict }) => verdict.standing === 'above');
  return { options, run, warmUpMs, lines, ok: run.violations.length === 0 && !grows };
}

/** What soak.json holds. */
export function asJson({ options, run, warmUpMs, lines, ok }: SoakReport): object {
  const { samples, ...rest } = run;
  return {
    at: new Date().toISOString(),
    machine: { node: process.version, cores: availableParallelism(), load: loadavg() },
    ...{ ok, options, warmUpMs, ...rest },
    lines: lines.map(({ line, verdict }) => ({ ...line, ...verdict, bar: line.bar })),
    samples,
  };
}

/** For a terminal. */
export function asText({ options, run, lines, ok }: SoakReport): string {
  const rows = lines.map(({ line: { title, unit, bar }, readings, verdict: { standing, slope } }) => [
    title,
    `${rounded(readings[0]?.value)} … ${rounded(readings.at(-1)?.value)} ${unit}`.trim(),
    slope === null ? 'too few readings' : `${signed(slope.perHour)}/h (${signed(slope.low)} to ${signed(slope.high)})`,
    bar === null ? '' : `at most ${signed(bar.perHour)}/h: ${standing}`,
  ]);
  const widths = [0, 1, 2].map((n) => Math.max(...rows.map((row) => row[n]!.length)));
  const table = rows.map((row) =>
    row
      .map((cell, n) => cell.padEnd(widths[n] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const healed = run.faults.flatMap(({ healedMs }) => (healedMs === null ? [] : [healedMs]));
  const { in: received, out } = run.messages;
  return [
    ...table,
    '',
    `${options.accounts} ${options.provider} accounts for ${(run.tookMs / 60_000).toFixed(1)} min, seed ${options.seed}: ` +
      `${run.faults.length} faults, ${healed.length} healed (after ${rounded(Math.max(0, ...healed) / 1_000)} s at most); ` +
      `${out} messages out, ${received} in (${Object.entries(run.statuses)
        .map((entry) => entry.join(' '))
        .join(', ')})`,
    ...Object.entries(run.warnings).map(([warning, times]) => `in the log, ${times} times: ${warning}`),
    ...run.violations.map((violation) => `WRONG: ${violation}`),
    ...lines.flatMap(({ line, verdict }) =>
      verdict.standing === 'above'
        ? [`WRONG: ${line.title} grows: at most ${line.bar!.perHour}/h (${line.bar!.why})`]
        : [],
    ),
    ok ? 'Nothing stuck, lost, doubled or left behind, and nothing surely grows.' : 'The soak failed.',
  ].join('\n');
}

export function rounded(value = 0): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toFixed(value % 1 === 0 ? 0 : 1)).toString();
}

export const signed = (value: number): string => `${value > 0 ? '+' : ''}${rounded(value)}`;
