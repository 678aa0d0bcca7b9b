import { useWords } from '../parts/shell.js';
import { formatDuration } from '../parts/time.js';
import { type Point, roundScale, windowOf } from './samples.js';
import { Sparkline } from './sparkline.js';

export interface ChartProps {
  readonly name: string;
  readonly points: readonly Point[];
  /** A value with its unit. */
  readonly format: (value: number) => string;
  readonly foot: string;
}

/** One figure: how it is now, how it was, and on which scale. */
export function Chart({ name, points, format, foot }: ChartProps) {
  const { words, language } = useWords();
  const told = words.operations.charts;
  const widthMs = windowOf(points);
  const toMs = points.at(-1)?.atMs ?? 0;
  const value = points.at(-1)?.value ?? null;
  const top = roundScale(points.reduce((most, point) => Math.max(most, point.value ?? 0), 0));
  const now = value === null ? '–' : format(value);
  return (
    <figure className="card ops-chart">
      <figcaption>
        <span className="ops-chart-name">{name}</span>
        <span className="ops-chart-now number">{now}</span>
      </figcaption>
      <div className="ops-chart-area">
        <Sparkline
          points={points}
          fromMs={toMs - widthMs}
          toMs={toMs}
          top={top}
          label={told.label(name, now, format(top))}
        />
        <span className="ops-chart-top number" aria-hidden="true">
          {format(top)}
        </span>
        {points.length < 2 && <span className="ops-chart-none secondary">{told.waiting}</span>}
      </div>
      <p className="ops-chart-axis secondary" aria-hidden="true">
        <span>{told.ago(formatDuration(widthMs, language))}</span>
        <span>{told.now}</span>
      </p>
      <p className="secondary number">{foot}</p>
    </figure>
  );
}
