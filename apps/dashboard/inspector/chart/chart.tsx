import { type CSSProperties, type KeyboardEvent, useId } from 'react';
import { useWords } from '../../parts/shell.js';
import { ChartEdgeLabel, ChartEdgeLine, ChartTaken } from './chart-edge.js';
import type { ChartGraph } from './chart-graph.js';
import { ChartStateBox, type Countdown } from './chart-state.js';
import type { Drawing } from './elk-graph.js';
import type { Lit } from './lit.js';
import { type ChartView, useView } from './use-view.js';
import type { Speaker } from './ways.js';

export interface ChartProps {
  readonly graph: ChartGraph;
  readonly drawing: Drawing;
  readonly lit: Lit;
  /** Number of the step that is shown: when it changes, the way of that step is drawn anew. */
  readonly seq: number;
  /** Where the account is now, when what is shown is not now. */
  readonly present: string | null;
  /** A state that somebody points at elsewhere. */
  readonly pointed: string | null;
  readonly countdown: Countdown | null;
  readonly chosen: string | null;
  readonly choose: (state: string | null) => void;
  /** Points at a state for as long as a person does; null: at none. */
  readonly hover: (state: string | null) => void;
}

const ZOOM_STEP = 1.25;
const SHIFT_PX = 60;
const LABEL_PX = { least: 9, natural: 11, most: 14.5 } as const;

/** The machine, with what is true of one account lit in it. */
export function Chart(props: ChartProps) {
  const { graph, drawing, lit, seq, choose } = props;
  const { words } = useWords();
  const help = useId();
  const chart = useView(drawing, drawing.states[lit.leaf] ?? null);
  const { frame, view, pointers } = chart;
  return (
    <div className="chart">
      <svg
        ref={frame}
        className="chart-frame"
        role="group"
        aria-label={words.inspector.chart.label}
        aria-describedby={help}
        tabIndex={0}
        data-own-keys
        data-drawn={view ? '' : undefined}
        onKeyDown={(event) => steer(event, chart, () => choose(null))}
        onClick={(event) => event.target === event.currentTarget && choose(null)}
        onFocus={({ target }) => showFocused(target, chart, drawing)}
        {...pointers}
      >
        {view && (
          <g
            transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}
            style={{ '--lit-label': `${litLabelPx(view.scale)}px` } as CSSProperties}
          >
            <States {...props} compound />
            {graph.edges.map((edge) => (
              <ChartEdgeLine key={edge.id} edge={edge} drawing={drawing} lit={lit} />
            ))}
            {lit.taken && <ChartTaken key={seq} id={lit.taken} drawing={drawing} />}
            <States {...props} compound={false} />
            {graph.edges.map((edge) => (
              <ChartEdgeLabel key={edge.id} edge={edge} drawing={drawing} lit={lit} />
            ))}
          </g>
        )}
      </svg>
      <p id={help} className="visually-hidden">
        {words.inspector.chart.help}
      </p>
      <div className="chart-foot">
        <Legend />
        <Zoom {...chart} />
      </div>
    </div>
  );
}

function States({
  graph,
  drawing,
  lit,
  chosen,
  choose,
  hover,
  present,
  pointed,
  countdown,
  compound,
}: ChartProps & { readonly compound: boolean }) {
  return graph.states
    .filter(({ hasChildren }) => hasChildren === compound)
    .map((state) => (
      <ChartStateBox
        key={state.id}
        state={state}
        box={drawing.states[state.id]!}
        lit={lit}
        isChosen={chosen === state.id}
        isPresent={present === state.id}
        isPointed={pointed === state.id}
        countdown={countdown?.state === state.id ? countdown : null}
        choose={() => choose(chosen === state.id ? null : state.id)}
        hover={(isOver) => hover(isOver ? state.id : null)}
      />
    ));
}

const SPEAKERS: readonly Speaker[] = ['person', 'provider', 'clock', 'muster'];

/** Whose word moves the account, by the colour of the dots. */
function Legend() {
  const { words } = useWords();
  return (
    <ul className="chart-legend">
      {SPEAKERS.map((speaker) => (
        <li key={speaker} className="way-event" data-speaker={speaker}>
          <i aria-hidden="true" />
          {words.inspector.speakers[speaker]}
        </li>
      ))}
      <li>
        <span className="chart-shared" aria-hidden="true" /> {words.inspector.chart.shared}
      </li>
    </ul>
  );
}

function Zoom({ zoom, fitAll }: ChartView) {
  const { words } = useWords();
  const { larger, smaller, fit, hint } = words.inspector.chart;
  return (
    <div className="chart-tools">
      <button
        type="button"
        className="button"
        aria-label={larger}
        title={`${larger} (+)`}
        onClick={() => zoom(ZOOM_STEP)}
      >
        +
      </button>
      <button
        type="button"
        className="button"
        aria-label={smaller}
        title={`${smaller} (−)`}
        onClick={() => zoom(1 / ZOOM_STEP)}
      >
        −
      </button>
      <button type="button" className="button" title={`${fit} (0) · ${hint}`} onClick={fitAll}>
        {fit}
      </button>
    </div>
  );
}

/** Keys reach every state, also those that are out of sight. Under a pointer nothing moves: it is where a person looks. */
function showFocused(target: Element, { show }: ChartView, drawing: Drawing): void {
  const box = drawing.states[target.getAttribute('data-state') ?? ''];
  if (box && target.matches(':focus-visible')) show(box);
}

/** What leads out of the state that is looked at stays readable when all of the machine is in sight. */
const litLabelPx = (scale: number): number =>
  Math.min(Math.max(LABEL_PX.least / scale, LABEL_PX.natural), LABEL_PX.most);

function steer(event: KeyboardEvent, { zoom, shift, fitAll }: ChartView, leave: () => void): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const deeds: Readonly<Record<string, () => void>> = {
    '+': () => zoom(ZOOM_STEP),
    '=': () => zoom(ZOOM_STEP),
    '-': () => zoom(1 / ZOOM_STEP),
    '0': fitAll,
    ArrowLeft: () => shift(SHIFT_PX, 0),
    ArrowRight: () => shift(-SHIFT_PX, 0),
    ArrowUp: () => shift(0, SHIFT_PX),
    ArrowDown: () => shift(0, -SHIFT_PX),
    Escape: leave,
  };
  const deed = deeds[event.key];
  if (!deed) return;
  event.preventDefault();
  deed();
}
