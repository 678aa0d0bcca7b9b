import type { ChartEdge } from './chart-graph.js';
import { useWords } from '../../parts/shell.js';
import { linesOf, shortDelay } from './edge-label.js';
import { type Drawing, LABEL_DOT_PX, LABEL_LINE_PX } from './elk-graph.js';
import type { Lit } from './lit.js';
import { arrowHead, roundedPath } from './path.js';

interface EdgeProps {
  readonly edge: ChartEdge;
  readonly drawing: Drawing;
  readonly lit: Lit;
}

/** A line and its arrow. What many states have alike is thin until it leads out of the state that is looked at. */
export function ChartEdgeLine({ edge, drawing, lit }: EdgeProps) {
  const drawn = drawing.edges[edge.id];
  if (!drawn) return null;
  return (
    <g className="chart-edge" data-shared={edge.own.length === 0 || undefined} {...lightOf(edge, lit)}>
      <path className="chart-line" d={roundedPath(drawn.points)} />
      <path className="chart-arrow" d={arrowHead(drawn.points)} />
    </g>
  );
}

/** What moves an account along the line. */
export function ChartEdgeLabel({ edge, drawing, lit }: EdgeProps) {
  const { language } = useWords();
  const box = drawing.edges[edge.id]?.label;
  if (!box) return null;
  const lines = linesOf(edge.own);
  return (
    <g className="chart-label" transform={`translate(${box.x} ${box.y})`} aria-hidden="true">
      {lines.map(({ event, speaker, name, condition, delayMs }, i) => (
        <g
          key={event}
          data-speaker={speaker}
          data-leading={lit.leading.get(edge.id)?.has(event) || undefined}
          transform={`translate(0 ${i * LABEL_LINE_PX})`}
        >
          <circle cx={7} cy={8.5} r={2.5} />
          <text x={LABEL_DOT_PX + 1} y={12.5}>
            {name}
            <tspan className="chart-more">
              {condition}
              {delayMs !== null && ` ${shortDelay(delayMs, language)}`}
            </tspan>
          </text>
        </g>
      ))}
    </g>
  );
}

/** The way that was just taken, drawn from its beginning to its end. */
export function ChartTaken({ id, drawing }: { readonly id: string; readonly drawing: Drawing }) {
  const drawn = drawing.edges[id];
  if (!drawn) return null;
  return (
    <g className="chart-taken" aria-hidden="true">
      <path className="chart-line" d={roundedPath(drawn.points)} pathLength={1} />
      <path className="chart-arrow" d={arrowHead(drawn.points)} />
    </g>
  );
}

const lightOf = ({ id }: ChartEdge, { leading, taken }: Lit) => ({
  'data-leading': leading.has(id) || undefined,
  'data-taken': taken === id || undefined,
});
