import type { CoverageCounts } from './coverage.js';

/** The tables of what was reached, for people. Rare things first: those are what a generator must be held to. */
export function coverageText(counts: CoverageCounts): string {
  return [
    `## State × event (${Object.keys(counts.steps).length} pairs)\n${matrix(counts.steps)}`,
    `## State × action (${Object.keys(counts.actions).length} pairs)\n${matrix(counts.actions)}`,
    `## Where the runtime died (${Object.keys(counts.crashes).length} points)\n${list(counts.crashes)}`,
    `## Calls of the store and their fate\n${matrix(counts.calls)}`,
  ].join('\n\n');
}

/** `row × column`, a line for each row. */
function matrix(table: Readonly<Record<string, number>>): string {
  const rows = new Map<string, [string, number][]>();
  for (const [key, times] of Object.entries(table)) {
    const [row = '', column = ''] = key.split(' × ');
    rows.set(row, [...(rows.get(row) ?? []), [column, times]]);
  }
  const told = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  return told.map(([row, cells]) => `${row.padEnd(26)}${cells.sort(rareFirst).map(cell).join(', ')}`).join('\n');
}

const list = (table: Readonly<Record<string, number>>): string =>
  Object.entries(table).sort(rareFirst).map(cell).join(', ');

const rareFirst = (a: readonly [string, number], b: readonly [string, number]): number => a[1] - b[1];
const cell = ([name, times]: readonly [string, number]): string => `${name} ${times}`;
