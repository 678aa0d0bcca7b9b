import type { ChartGraph } from '../chart/chart-graph.js';
import { useWords } from '../../parts/shell.js';
import { meaningOf } from '../state-meaning.js';
import { NextEvents, type NextEventsProps } from './next-events.js';

interface StateCardProps extends NextEventsProps {
  readonly graph: ChartGraph;
  readonly state: string;
  /** A person looks at it; else it is the one that is shown. */
  readonly isChosen: boolean;
  readonly leave: () => void;
}

/** What holds in a state, and what leads out of it. */
export function StateCard({ graph, state, isChosen, leave, ...next }: StateCardProps) {
  const { words, language } = useWords();
  const found = graph.states.find(({ id }) => id === state);
  const status = graph.states.find(({ id, parent }) => parent === null && state.startsWith(id));
  return (
    <section className="card state-card" data-status={found?.status} aria-labelledby="state-title">
      <header>
        <h2 id="state-title">
          <span className="status-dot" aria-hidden="true" /> <code>{state}</code>
        </h2>
        {isChosen && (
          <button type="button" className="button quiet" onClick={leave}>
            {words.inspector.next.leave}
          </button>
        )}
      </header>
      <p>
        {[...new Set([status, found])].map((one) => {
          const meaning = one && meaningOf(one, language);
          return meaning && <span key={one.id} lang={meaning.lang}>{`${meaning.text} `}</span>;
        })}
      </p>
      <NextEvents {...next} />
    </section>
  );
}
