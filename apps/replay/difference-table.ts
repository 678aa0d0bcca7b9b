import type { Difference } from '#libs/account/account.replay';

/** Rows that are printed: whoever has read so many has seen what it is about. */
export const DIFFERENCES_SHOWN_MAX = 50;
/** Where a cell is cut: a context's field can be long, and the export has it whole. */
const CELL_CHARS_MAX = 60;

const COLUMNS = ['seq', 'at', 'from', 'event', 'recorded', 'today'] as const;

/** Differences as lines of text under their headings, in columns. */
export function drawDifferences(differences: readonly Difference[]): string {
  const shown = differences.slice(0, DIFFERENCES_SHOWN_MAX).map(cellsOf);
  const rows = [[...COLUMNS], ...shown];
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
  const left = differences.length - shown.length;
  return [...lines, ...(left > 0 ? [`… and ${left} more`] : [])].join('\n');
}

const cellsOf = ({ seq, at, from, event, recorded, today }: Difference): string[] =>
  [String(seq), new Date(at).toISOString(), from, event, recorded, today].map(cut);

const cut = (cell: string): string => (cell.length > CELL_CHARS_MAX ? `${cell.slice(0, CELL_CHARS_MAX - 1)}…` : cell);
