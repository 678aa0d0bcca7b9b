import { useId } from 'react';
import type { Point } from './samples.js';

export interface SparklineProps {
  readonly points: readonly Point[];
  readonly fromMs: number;
  readonly toMs: number;
  /** The value at the upper edge; the lower one is always nothing. */
  readonly top: number;
  /** What it shows, in words. */
  readonly label: string;
}

const WIDTH = 240;
const HEIGHT = 56;

/** A line over time that begins at nothing and has no smoothing: what was not measured is not drawn. */
export function Sparkline({ points, fromMs, toMs, top, label }: SparklineProps) {
  const fill = useId();
  const x = (atMs: number): number => ((atMs - fromMs) / (toMs - fromMs)) * WIDTH;
  const y = (value: number): number => HEIGHT - (Math.min(value, top) / top) * (HEIGHT - 1) - 0.5;
  const runs = runsOf(points).map((run) => run.map(({ atMs, value }) => [round(x(atMs)), round(y(value))] as const));
  return (
    <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <defs>
        <linearGradient id={fill} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" className="spark-fill-top" />
          <stop offset="1" className="spark-fill-end" />
        </linearGradient>
      </defs>
      {runs.map((run) => (
        <g key={run[0]![0]}>
          <path d={`${lineOf(run)}V${HEIGHT}H${run[0]![0]}Z`} fill={`url(#${fill})`} />
          <path d={lineOf(run)} className="spark-line" vectorEffect="non-scaling-stroke" />
        </g>
      ))}
    </svg>
  );
}

type Measured = Point & { readonly value: number };

/** What hangs together; a single point has no length, so a run has two at least. */
function runsOf(points: readonly Point[]): readonly (readonly Measured[])[] {
  const runs: Measured[][] = [[]];
  for (const point of points) {
    if (point.value === null) runs.push([]);
    else runs.at(-1)!.push({ ...point, value: point.value });
  }
  return runs.filter((run) => run.length > 1);
}

const lineOf = (run: readonly (readonly [number, number])[]): string =>
  run.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('');
const round = (value: number): number => Math.round(value * 10) / 10;
