/** One measured number, with what it must keep. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 's' | 'ms' | 'MB' | '/s' | '×' | '%' | 'count';
  readonly bar?: Bar;
  /** What it is the median of, or how it was measured. */
  readonly note?: string;
}

/** `below` and `atLeast` are in the figure's unit. */
export type Bar = { readonly below: number } | { readonly atLeast: number };

export type Verdict = 'ok' | 'missed' | 'told';

/** `told`: a number without a bar, there to be compared. */
export function judgeFigure({ value, bar }: Figure): Verdict {
  if (!bar) return 'told';
  return ('below' in bar ? value < bar.below : value >= bar.atLeast) ? 'ok' : 'missed';
}

/** Three significant digits, but never fewer than the whole part has. */
export function rounded(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
