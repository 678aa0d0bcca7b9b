import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { TransitionView } from '#libs/contracts/transition';
import { useAsked } from '../../parts/asked.js';
import { Loading } from '../../parts/loading.js';
import { Empty } from '../../parts/notice.js';
import { NO_STEP } from '../../parts/route.js';
import { useShell, useWords } from '../../parts/shell.js';
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
  const isThere = shown.some(({ seq }) => seq === at);
  const stop = isThere ? at : shown[0]?.seq;
  const list = useChosenInSight(at, isThere);
  useReach(at, life, readOlder);
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
            <StepRow key={step.seq} step={step} isChosen={at === step.seq} isStop={stop === step.seq} go={go} />
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

/** A step that is older than what was read is read, page by page, as far back as the page keeps. */
function useReach(at: number | null, life: Life | null, readOlder: () => Promise<void>): void {
  const { fail } = useShell();
  const oldest = life?.steps.at(-1)?.seq ?? 0;
  const isBeyond = at !== null && at !== NO_STEP && at < oldest && (life?.olderBefore ?? null) !== null;
  const latest = useRef(readOlder);
  useEffect(() => void (latest.current = readOlder));
  useEffect(() => {
    if (isBeyond) latest.current().catch(fail);
  }, [isBeyond, oldest, fail]);
}

/**
 * Frames. Rows are as high as they are only when they were drawn: the first jump may miss by some of them, and what was hit
 * may be lost again when those below turn out lower, and the list has no room to stay where it is.
 */
const LOOKS = 10;

/** The list follows when the step is chosen elsewhere; it scrolls itself, never the page. */
function useChosenInSight(at: number | null, isThere: boolean) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    let frame = 0;
    const bring = (looks: number): void => {
      if (looks === 0 || !list.current) return;
      bringIntoSight(list.current);
      frame = requestAnimationFrame(() => bring(looks - 1));
    };
    bring(LOOKS);
    return () => cancelAnimationFrame(frame);
  }, [at, isThere]);
  return list;
}

/**
 * To the top, where it is seen also when only that much of the list is; below the step that came after it. What has the
 * focus is where a person has just pressed, and stays there.
 */
function bringIntoSight(list: HTMLElement): void {
  const chosen = list.querySelector<HTMLElement>('[aria-current]');
  if (!chosen || chosen === document.activeElement) return;
  const [frame, row] = [list.getBoundingClientRect(), chosen.getBoundingClientRect()];
  const seenTo = Math.max(frame.top + row.height, Math.min(frame.bottom, innerHeight));
  if (row.top >= frame.top && row.bottom <= seenTo) return;
  const above = Math.min(row.height / 2, Math.max(0, seenTo - frame.top - row.height));
  const way = row.top - frame.top - above;
  makeRoom(list, way - (list.scrollHeight - list.clientHeight - list.scrollTop));
  list.scrollTop += way;
}

/** Below the oldest steps, which could not come up otherwise. */
function makeRoom(list: HTMLElement, lackingPx: number): void {
  if (lackingPx <= 0) return;
  const room = parseFloat(getComputedStyle(list).paddingBottom) + lackingPx;
  list.style.paddingBottom = `${Math.min(room, list.clientHeight)}px`;
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
