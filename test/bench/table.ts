import { type Figure, judgeFigure, rounded } from './figure.js';

/** For people: one line a figure, in columns. */
export function printTable(figures: readonly Figure[]): string {
  const rows = [['figure', 'value', 'bar', '', ''], ...figures.map(rowOf)];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lineOf = (row: readonly string[]): string =>
    row.map((cell, n) => (n === 1 ? cell.padStart(widths[n]!) : cell.padEnd(widths[n]!))).join('  ');
  return rows.map((row) => `${lineOf(row).trimEnd()}\n`).join('');
}

function rowOf(figure: Figure): readonly string[] {
  const { name, value, unit, bar, note } = figure;
  const verdict = judgeFigure(figure);
  return [name, inUnit(value, unit), barText(bar, unit), verdict === 'told' ? '' : verdict, note ?? ''];
}

function barText(bar: Figure['bar'], unit: Figure['unit']): string {
  if (!bar) return '';
  return 'below' in bar ? `< ${inUnit(bar.below, unit)}` : `≥ ${inUnit(bar.atLeast, unit)}`;
}

const inUnit = (value: number, unit: Figure['unit']): string =>
  unit === 'count' ? String(rounded(value)) : `${rounded(value)}${unit === '/s' ? '' : ' '}${unit}`;
