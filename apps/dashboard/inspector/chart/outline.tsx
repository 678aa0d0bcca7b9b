import type { MachineDefinition } from '#libs/contracts/machine-definition';
import { useWords } from '../../parts/shell.js';
import { meaningOf } from '../state-meaning.js';
import type { Lit } from './lit.js';

/** The same machine for those who read rather than look: each state, what it means, and what leads out of it. */
export function Outline({ machine, lit }: { readonly machine: MachineDefinition; readonly lit: Lit }) {
  const { words, language } = useWords();
  const { asText, everywhere, shownHere } = words.inspector.chart;
  const waysOf = (id: string) => machine.transitions.filter(({ from }) => from === id);
  return (
    <details className="chart-outline card">
      <summary>{asText}</summary>
      <ul>
        {machine.states.map(({ id, description, parent }) => {
          const meaning = meaningOf({ id, description }, language);
          return (
            <li key={id} data-inner={parent !== null || undefined}>
              <strong>{id}</strong>
              {lit.active.has(id) && <em> {shownHere}</em>}
              <span lang={meaning.lang}> {meaning.text}</span>
              <Ways ways={waysOf(id)} />
            </li>
          );
        })}
        <li>
          <strong>{everywhere}</strong>
          <Ways ways={waysOf('')} />
        </li>
      </ul>
    </details>
  );
}

function Ways({ ways }: { readonly ways: MachineDefinition['transitions'] }) {
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
