import { useWords } from '../../parts/shell.js';
import type { ChartGraph } from './chart-graph.js';
import type { Lit } from './lit.js';
import type { Way } from './ways.js';

/** The same machine for those who read rather than look: each state, what it means, and what leads out of it. */
export function Outline({ graph, lit }: { readonly graph: ChartGraph; readonly lit: Lit }) {
  const { words } = useWords();
  const { asText, everywhere, shownHere } = words.inspector.chart;
  const waysOf = (id: string) =>
    graph.edges.filter(({ from }) => from === id).flatMap(({ own, shared }) => [...own, ...shared]);
  return (
    <details className="chart-outline card">
      <summary>{asText}</summary>
      <ul>
        {graph.states.map(({ id, description, parent }) => (
          <li key={id} data-inner={parent !== null || undefined}>
            <strong>{id}</strong>
            {lit.active.has(id) && <em> {shownHere}</em>}
            {description && <span lang="en"> {description}</span>}
            <Ways ways={waysOf(id)} />
          </li>
        ))}
        <li>
          <strong>{everywhere}</strong>
          <Ways ways={graph.everywhere} />
        </li>
      </ul>
    </details>
  );
}

function Ways({ ways }: { readonly ways: readonly Way[] }) {
  const { words } = useWords();
  if (ways.length === 0) return null;
  return (
    <ul>
      {ways.map(({ event, guard, to }, i) => (
        <li key={i}>
          <code>{event}</code>
          {guard && <span className="secondary"> [{guard}]</span>} → {to ?? words.inspector.next.stays}
        </li>
      ))}
    </ul>
  );
}
