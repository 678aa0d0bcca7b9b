import { axisOf, minuteTicks } from './axis.js';
import type { FaultRecord } from './fault-loop.js';
import { type JudgedLine, signed } from './report.js';
import { textAt } from './svg-text.js';
import type { Point } from './theil-sen.js';

export const PANEL = { width: 460, height: 210 } as const;
const PLOT = { left: 52, top: 44, width: 390, height: 124 } as const;
const COLOURS = {
  readings: '#9aa4af',
  floors: '#0b5fcc',
  slope: '#e8710a',
  fault: '#b3261e',
  grid: '#e4e8ec',
  told: '#57606a',
} as const;
const HOUR_MS = 3_600_000;

export interface PanelSurroundings {
  readonly tookMs: number;
  readonly warmUpMs: number;
  readonly floors: readonly Point[];
  readonly faults: readonly FaultRecord[];
}

/** One line over time, with its unit, its slope, and the faults. */
export function drawPanel({ line, readings, verdict }: JudgedLine, around: PanelSurroundings): string {
  const { tookMs, warmUpMs, floors, faults } = around;
  const axis = axisOf(
    readings.map(({ value }) => value),
    line.unit === '',
  );
  const x = (atMs: number): number => round(PLOT.left + (atMs / tookMs) * PLOT.width);
  const y = (value: number): number =>
    round(PLOT.top + PLOT.height - ((value - axis.low) / (axis.high - axis.low)) * PLOT.height);
  const bottom = PLOT.top + PLOT.height;
  const path = readings.map(({ atMs, value }, n) => `${n === 0 ? 'M' : 'L'}${x(atMs)} ${y(value)}`).join('');
  return [
    textAt(PLOT.left, 16, `${line.title}${line.unit && ` (${line.unit})`}`, { size: 13, weight: 'bold' }),
    textAt(PLOT.left, 32, verdictText({ line, readings, verdict }), {
      size: 11,
      fill: line.bar === null ? COLOURS.told : colourOf(verdict.standing),
    }),
    `<rect x="${PLOT.left}" y="${PLOT.top}" width="${x(warmUpMs) - PLOT.left}" height="${PLOT.height}" fill="#f3f5f7"/>`,
    ...axis.ticks.map(
      (tick) =>
        `<path d="M${PLOT.left} ${y(tick)}h${PLOT.width}" stroke="${COLOURS.grid}"/>` +
        textAt(PLOT.left - 6, y(tick) + 4, String(round(tick)), { anchor: 'end' }),
    ),
    ...minuteTicks(tookMs / 60_000).map((minute) =>
      textAt(x(minute * 60_000), bottom + 15, String(minute), { anchor: 'middle' }),
    ),
    textAt(PLOT.left + PLOT.width, bottom + 30, 'minutes', { anchor: 'end' }),
    ...faults.map(({ atMs }, n) => faultMark(x(atMs), n + 1, faults.length)),
    `<path d="${path}" fill="none" stroke="${COLOURS.readings}" stroke-width="1"/>`,
    ...floors.map(({ atMs, value }) => `<circle cx="${x(atMs)}" cy="${y(value)}" r="2.5" fill="${COLOURS.floors}"/>`),
    slopeLine(floors, verdict.slope?.perHour, x, y),
    `<path d="M${PLOT.left} ${PLOT.top}v${PLOT.height}h${PLOT.width}" fill="none" stroke="#57606a"/>`,
  ].join('\n');
}

/** With many faults only some have room for their number. */
function faultMark(x: number, number: number, count: number): string {
  const told = number % Math.ceil(count / 20) === 0;
  return (
    `<path d="M${x} ${PLOT.top}v${PLOT.height}" stroke="${COLOURS.fault}" stroke-opacity="0.45" stroke-dasharray="2 3"/>` +
    (told ? textAt(x, PLOT.top - 2, String(number), { size: 9, fill: COLOURS.fault, anchor: 'middle' }) : '')
  );
}

/** Through the middle of what it was taken from. */
function slopeLine(
  floors: readonly Point[],
  perHour: number | undefined,
  x: (atMs: number) => number,
  y: (value: number) => number,
): string {
  const [first, last] = [floors[0], floors.at(-1)];
  if (perHour === undefined || !first || !last) return '';
  const offsets = floors.map(({ atMs, value }) => value - (perHour * atMs) / HOUR_MS).sort((a, b) => a - b);
  const offset = offsets[Math.floor(offsets.length / 2)]!;
  const at = (atMs: number): string => `${x(atMs)} ${y(offset + (perHour * atMs) / HOUR_MS)}`;
  return `<path d="M${at(first.atMs)}L${at(last.atMs)}" stroke="${COLOURS.slope}" stroke-width="2"/>`;
}

function verdictText({ line: { unit, bar }, verdict: { slope, standing } }: JudgedLine): string {
  if (slope === null) return 'too few calm readings to tell a slope';
  const perHour = `${unit}${unit && ' '}an hour`;
  const told = `${signed(slope.perHour)} (${signed(slope.low)} to ${signed(slope.high)}) ${perHour}`;
  return bar === null ? `${told}, not judged` : `${told}; may ${signed(bar.perHour)}: ${standing}`;
}

const colourOf = (standing: string): string => ({ below: '#1a7f37', above: '#b3261e' })[standing] ?? COLOURS.told;

const round = (value: number): number => Math.round(value * 10) / 10;
