import type { Point } from './elk-graph.js';

const CORNER_PX = 6;
const ARROW_PX = { length: 8, half: 3.5 } as const;

/** A line along these points whose corners are rounded, as an SVG path. */
export function roundedPath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const parts = [`M${at(first)}`];
  rest.forEach((corner, i) => {
    const next = rest[i + 1];
    if (!next) return void parts.push(`L${at(corner)}`);
    const before = i === 0 ? first : rest[i - 1]!;
    parts.push(`L${at(toward(corner, before))}`, `Q${at(corner)} ${at(toward(corner, next))}`);
  });
  return parts.join('');
}

/** The head of an arrow at the end of these points. */
export function arrowHead(points: readonly Point[]): string {
  const [tail, tip] = points.slice(-2);
  if (!tail || !tip) return '';
  const [dx, dy] = direction(tail, tip);
  const base = { x: tip.x - dx * ARROW_PX.length, y: tip.y - dy * ARROW_PX.length };
  const wing = (side: number) => at({ x: base.x - dy * ARROW_PX.half * side, y: base.y + dx * ARROW_PX.half * side });
  return `M${at(tip)}L${wing(1)}L${wing(-1)}Z`;
}

/** So far from the corner on the way to the next point that a curve fits between, also where the way is short. */
function toward(corner: Point, other: Point): Point {
  const length = Math.min(CORNER_PX, Math.hypot(other.x - corner.x, other.y - corner.y) / 2);
  const [dx, dy] = direction(corner, other);
  return { x: corner.x + dx * length, y: corner.y + dy * length };
}

function direction(from: Point, to: Point): readonly [number, number] {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return [(to.x - from.x) / length, (to.y - from.y) / length];
}

const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;
const round = (value: number): number => Math.round(value * 10) / 10;
