import type { KeyboardEvent } from 'react';
import { useNow, useWords } from '../../parts/shell.js';
import { meaningOf } from '../state-meaning.js';
import type { ChartState } from './chart-graph.js';
import { shortDelay } from './edge-label.js';
import type { Box } from './elk-graph.js';
import type { Lit } from './lit.js';

/** A wait that was running in what is shown. Times are milliseconds since 1970. */
export interface Countdown {
  readonly state: string;
  readonly name: string;
  readonly at: number;
  /** From when it is counted; null: from now, and the present moves on. */
  readonly seenAt: number | null;
}

interface StateBoxProps {
  readonly state: ChartState;
  readonly box: Box;
  readonly lit: Lit;
  readonly isChosen: boolean;
  readonly isPresent: boolean;
  readonly isPointed: boolean;
  readonly countdown: Countdown | null;
  readonly choose: () => void;
  readonly hover: (isOver: boolean) => void;
}

export function ChartStateBox(props: StateBoxProps) {
  const { state, box, lit, isChosen, isPresent, countdown, choose, hover } = props;
  const { id, name, hasChildren, isInitial, parent, deadline } = state;
  const { language } = useWords();
  const hasWait = (deadline?.ms ?? null) !== null || countdown !== null;
  const label = useLabel(props);
  const transform = `translate(${box.x} ${box.y})`;
  return (
    <>
      <g
        className="chart-state"
        role="button"
        tabIndex={0}
        aria-pressed={isChosen}
        aria-label={label}
        transform={transform}
        {...marksOf(props)}
        onClick={choose}
        onKeyDown={(event) => press(event, choose)}
        onPointerEnter={() => hover(true)}
        onPointerLeave={() => hover(false)}
        onFocus={() => hover(true)}
        onBlur={() => hover(false)}
      >
        <title>{meaningOf(state, language).text || id}</title>
        <rect width={box.width} height={box.height} rx={hasChildren ? 12 : 8} />
        {isPresent && (
          <rect className="chart-present" x={-4} y={-4} width={box.width + 8} height={box.height + 8} rx={12} />
        )}
        <circle className="chart-dot" cx={14} cy={hasChildren ? 18 : box.height / 2} r={4} />
        <text className="chart-name" x={24} y={hasChildren ? 22 : hasWait ? 19 : box.height / 2 + 5}>
          {name}
        </text>
        {isInitial && <InitialMark isTop={parent === null} />}
      </g>
      <g className="chart-wait" aria-hidden="true" transform={transform} data-leaf={lit.leaf === id || undefined}>
        <Wait state={state} box={box} countdown={countdown} />
      </g>
    </>
  );
}

function useLabel({ state, lit, isPresent }: StateBoxProps): string {
  const { words, language } = useWords();
  const { id, deadline } = state;
  const { shownHere, nowHere } = words.inspector.chart;
  const told = [
    id,
    meaningOf(state, language).text.replace(/\.$/, ''),
    deadline?.ms ? `≤ ${shortDelay(deadline.ms, language)}` : '',
    lit.active.has(id) && shownHere,
    isPresent && nowHere,
  ];
  return told.filter(Boolean).join('. ');
}

/** What the styles go by. */
function marksOf({ state: { id, status, hasChildren }, lit, isChosen, isPresent, isPointed }: StateBoxProps) {
  return {
    'data-state': id,
    'data-status': status,
    'data-compound': hasChildren || undefined,
    'data-active': lit.active.has(id) || undefined,
    'data-leaf': lit.leaf === id || undefined,
    'data-within': lit.within.has(id) || undefined,
    'data-chosen': isChosen || undefined,
    'data-present': isPresent || undefined,
    'data-pointed': isPointed || undefined,
  };
}

/** Where one comes in. */
function InitialMark({ isTop }: { readonly isTop: boolean }) {
  return (
    <g className="chart-initial" aria-hidden="true">
      <circle cx={-9} cy={isTop ? 18 : -7} r={3} />
      <path d={isTop ? 'M-9 18H-2' : 'M-9 -7Q-8 6 -2 8'} />
    </g>
  );
}

function Wait({
  state,
  box,
  countdown,
}: {
  readonly state: ChartState;
  readonly box: Box;
  readonly countdown: Countdown | null;
}) {
  const { language } = useWords();
  const { hasChildren, deadline } = state;
  const place = hasChildren ? ({ x: box.width - 12, y: 22, textAnchor: 'end' } as const) : { x: 24, y: 34 };
  if (countdown) return <Running countdown={countdown} totalMs={deadline?.ms ?? null} box={box} place={place} />;
  if (!deadline || deadline.ms === null) return null;
  return <text {...place}>≤ {shortDelay(deadline.ms, language)}</text>;
}

/** As styles/inspector-chart.css sets a wait that runs. */
const WAIT_CHAR_PX = 6.9;

interface RunningProps {
  readonly countdown: Countdown;
  readonly totalMs: number | null;
  readonly box: Box;
  readonly place: { readonly x: number; readonly y: number; readonly textAnchor?: 'end' };
}

function Running({ countdown: { name, at, seenAt }, totalMs, box, place }: RunningProps) {
  const now = useNow();
  const leftMs = Math.max(0, at - (seenAt ?? now));
  const clock = clockOf(leftMs);
  const isRoomy = (name.length + clock.length + 1) * WAIT_CHAR_PX <= box.width - place.x;
  const share = totalMs ? Math.min(1, leftMs / totalMs) : 0;
  return (
    <>
      <text data-running {...place}>
        {isRoomy ? `${name} ${clock}` : clock}
      </text>
      {totalMs !== null && (
        <rect className="chart-left" x={8} y={box.height - 4} width={(box.width - 16) * share} height={2} rx={1} />
      )}
    </>
  );
}

/** Minutes and seconds, as a clock counts down. */
export function clockOf(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function press(event: KeyboardEvent, choose: () => void): void {
  if (event.key !== 'Enter' && event.key !== ' ') return;
  event.preventDefault();
  event.stopPropagation();
  choose();
}
