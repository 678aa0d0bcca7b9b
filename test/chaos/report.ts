import { MANNERS, partsOf } from './plan.js';
import { type RunResult, strikesByKind } from './run.js';
import type { Offence } from './violation.js';

/** The bars of a release. The others are told when there are some, and fail a run as well. */
const ALWAYS_TOLD: readonly Offence[] = [
  'lost',
  'doubled',
  'orphan',
  'stuck',
  'out of order',
  'uncertain',
  'login lost',
];

/** For people: what was struck, how soon all were back, and what went wrong. */
export function printReport(result: RunResult): string {
  return [table(result), '', ...totals(result), ...result.notPlayed.map((what) => `not played: ${what}`)].join('\n');
}

function table({ evidence }: RunResult): string {
  const rows = [
    ['struck', 'by', 'times', 'all back, median', 'worst'],
    ...[...strikesByKind(evidence.rounds)].map(([kind, backMs]) => {
      const { target, manner } = partsOf(kind);
      return [target, MANNERS[manner], String(backMs.length), seconds(median(backMs)), seconds(Math.max(...backMs))];
    }),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, n) => (n < 2 ? cell.padEnd(widths[n]!) : cell.padStart(widths[n]!))).join('  '))
    .join('\n');
}

function totals(result: RunResult): readonly string[] {
  const { evidence, violations, kills, options } = result;
  const { rounds, sent, accounts, journal, log, webhook } = evidence;
  const out = accounts.flatMap(({ messages }) => messages.filter(({ direction }) => direction === 'out'));
  const troubles = counted(rounds.flatMap(({ trouble }) => (trouble === null ? [] : [trouble])));
  const found = new Map(counted(violations.map(({ offence }) => offence)));
  const offences = [...new Set([...ALWAYS_TOLD, ...found.keys()])].map((name) => `${found.get(name) ?? 0} ${name}`);
  const bound =
    violations.length === 0 ? `; at most ${((3 / Math.max(1, kills)) * 100).toFixed(2)} % of kills, at 95 %` : '';
  const givenUp = evidence.ends.filter(({ sent: signals, hadStarted }) => !hadStarted && signals.length === 0).length;
  const pairings = rounds.filter(({ pairing }) => pairing !== null).length;
  return [
    `seed ${options.seed}: ${kills} kills in ${rounds.length} rounds and ${(result.tookMs / 60_000).toFixed(1)} min, ${pairings} of them about a fresh pairing; ` +
      `${result.starts} starts of the runtime${givenUp === 0 ? '' : ` (${givenUp} given up, for its database was struck meanwhile)`}, ` +
      `${result.browsers} browsers, never more than one on a profile unless said below`,
    `beside them ${troubles.map(([name, count]) => `${count} × ${name}`).join(', ') || 'no other faults'}`,
    `${sent.length} messages of ${accounts.length} accounts (${counted(out.map(nameOfEnd))
      .map(([end, count]) => `${count} ${end}`)
      .join(', ')}), ` +
      `${journal.filter(({ kind }) => kind === 'message.incoming').length} deliveries of incoming ones, ${log.length} events, ` +
      `${[...webhook.values()].flat().length} told to the webhook`,
    `allowed until all are back: ${seconds(result.backMsMax)} after the last fault has passed`,
    `${offences.join(', ')}${bound}`,
  ];
}

const nameOfEnd = ({ status, error }: { readonly status: string; readonly error: string | null }): string =>
  status === 'failed' ? `failed: ${error}` : status;

function counted<T extends string>(items: readonly T[]): readonly (readonly [T, number])[] {
  return [...new Set(items)].map((item) => [item, items.filter((each) => each === item).length] as const);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
