import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { TransitionView } from '#libs/contracts/transition';
import { useAsked } from '../../parts/asked.js';
import { Loading } from '../../parts/loading.js';
import { Empty } from '../../parts/notice.js';
import { useWords } from '../../parts/shell.js';
import { type Life, STEPS_KEPT_MAX } from '../life.js';
import { useTellCause } from './cause.js';
import { StepRow } from './step-row.js';
import { causesOf, filterSteps, NO_TIMELINE_FILTER } from './timeline-filter.js';
import { TimelineFilters } from './timeline-filters.js';

export interface TimelineProps {
  readonly life: Life | null;
  /** The step that is looked at; null: now. */
  readonly at: number | null;
  readonly go: (seq: number | null) => void;
  readonly readOlder: () => Promise<void>;
}

/** All that happened to the account, newest first. */
export function Timeline({ life, at, go, readOlder }: TimelineProps) {
  const { words } = useWords();
  const told = words.inspector.timeline;
  const [filter, setFilter] = useState(NO_TIMELINE_FILTER);
  const tellCause = useTellCause();
  const steps = useMemo(() => life?.steps ?? [], [life]);
  const shown = useMemo(() => filterSteps(steps, filter, tellCause), [steps, filter, tellCause]);
  const causes = useMemo(() => causesOf(steps), [steps]);
  const list = useChosenInSight(at, life !== null);
  return (
    <section className="card life-history" aria-labelledby="history-title">
      <header>
        <h2 id="history-title">{told.title}</h2>
        <span className="secondary">{life && told.shown(shown.length, steps.length)}</span>
      </header>
      <TimelineFilters filter={filter} setFilter={setFilter} causes={causes} />
      {life === null && <Loading lines={6} />}
      {life && steps.length === 0 && <Empty title={told.none} />}
      {steps.length > 0 && shown.length === 0 && (
        <Empty title={told.noMatch}>
          <button type="button" className="button" onClick={() => setFilter(NO_TIMELINE_FILTER)}>
            {told.clear}
          </button>
        </Empty>
      )}
      {shown.length > 0 && (
        <ol
          ref={list}
          className="life-steps"
          aria-label={told.label}
          onKeyDown={(event) => walk(event, shown, at, go)}
          data-own-keys
        >
          {shown.map((step) => (
            <StepRow key={step.seq} step={step} isChosen={at === step.seq} go={go} />
          ))}
          <li className="life-end">
            <Older life={life!} readOlder={readOlder} />
          </li>
        </ol>
      )}
    </section>
  );
}

function Older({ life, readOlder }: { readonly life: Life; readonly readOlder: () => Promise<void> }) {
  const { words } = useWords();
  const { busy, ask } = useAsked();
  const { older, begin, kept } = words.inspector.timeline;
  if (life.steps.length >= STEPS_KEPT_MAX) return <p className="secondary">{kept(STEPS_KEPT_MAX)}</p>;
  if (life.olderBefore === null) return <p className="secondary">{begin}</p>;
  return (
    <button type="button" className="button" disabled={busy} onClick={() => ask(readOlder)}>
      {older}
    </button>
  );
}

/** The list follows when the step is chosen elsewhere; it scrolls itself, never the page. */
function useChosenInSight(at: number | null, isThere: boolean) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const chosen = list.current?.querySelector<HTMLElement>('[aria-current]');
    if (!list.current || !chosen) return;
    const [frame, row] = [list.current.getBoundingClientRect(), chosen.getBoundingClientRect()];
    const isInSight = row.top >= frame.top && row.bottom <= frame.bottom;
    if (!isInSight) list.current.scrollBy({ top: (row.top + row.bottom - frame.top - frame.bottom) / 2 });
  }, [at, isThere]);
  return list;
}

/** Up and down among the steps that are shown; the focus goes along. */
function walk(
  event: KeyboardEvent<HTMLOListElement>,
  shown: readonly TransitionView[],
  at: number | null,
  go: (seq: number | null) => void,
): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const here = shown.findIndex(({ seq }) => seq === at);
  const places: Readonly<Record<string, number>> = {
    ArrowDown: here + 1,
    ArrowUp: Math.max(here, 1) - 1,
    Home: 0,
    End: shown.length - 1,
  };
  const step = shown[places[event.key] ?? -1];
  if (!step) return;
  event.preventDefault();
  event.currentTarget.querySelector<HTMLElement>(`[data-seq="${step.seq}"]`)?.focus();
  go(step.seq);
}
