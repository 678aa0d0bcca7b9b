import { useState } from 'react';
import { DEMO_FAULT_NAMES, DEMO_FAULTS, type DemoFault, type StrikeView } from '#apps/simulator/demo/demo-words';
import type { AccountView } from '#libs/contracts/account';
import { useRoute } from '../parts/route.js';
import { useFleet } from '../parts/shell.js';
import { useDemoWords } from './demo-language.js';
import { Outcome } from './outcome.js';

export interface FaultsProps {
  /** Latest first. */
  readonly strikes: readonly StrikeView[];
  readonly busy: boolean;
  readonly play: (fault: DemoFault, account: string | null) => void;
}

const GROUPS = ['process', 'page', 'network', 'provider'] as const;
const ALL = 'all';

/** What may go wrong, at whom, and what became of it the last time. */
export function Faults({ strikes, busy, play }: FaultsProps) {
  const { words } = useDemoWords();
  const { connected, chosen, choose } = useVictim();
  const account = chosen === ALL ? null : chosen;
  return (
    <section aria-labelledby="demo-faults">
      <h2 id="demo-faults">{words.faults}</h2>
      <select
        aria-label={words.victim}
        value={chosen}
        disabled={connected.length === 0}
        onChange={({ target }) => choose(target.value)}
      >
        {connected.length === 0 && <option value={ALL}>{words.nobody}</option>}
        {connected.map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
        {connected.length > 1 && <option value={ALL}>{words.all}</option>}
      </select>
      {GROUPS.map((group) => (
        <div key={group} role="group" aria-labelledby={`demo-${group}`}>
          <h3 id={`demo-${group}`}>{words.groups[group]}</h3>
          <ul className="demo-faults">
            {DEMO_FAULT_NAMES.filter((fault) => DEMO_FAULTS[fault].group === group).map((fault) => (
              <Fault
                key={fault}
                fault={fault}
                strike={strikes.find((strike) => strike.fault === fault)}
                disabled={busy || (connected.length === 0 && DEMO_FAULTS[fault].strikes !== 'database')}
                play={() => play(fault, account)}
              />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

/** Of the page that one looks at; elsewhere the one that was chosen, or the first. */
function useVictim() {
  const route = useRoute();
  const { accounts } = useFleet();
  const [wish, choose] = useState<{ readonly id: string; readonly at: string } | null>(null);
  const connected = accounts.filter(isVictim);
  const here = 'id' in route ? route.id : '';
  const known = (id: string | undefined): boolean => id === ALL || connected.some((account) => account.id === id);
  // Whoever opens another account means that one.
  const wished = wish && (wish.at === here || here === '') && known(wish.id) ? wish.id : null;
  const chosen = wished ?? (known(here) ? here : (connected[0]?.id ?? ALL));
  return { connected, chosen, choose: (id: string) => choose({ id, at: here }) };
}

const isVictim = ({ provider, status }: AccountView): boolean => provider === 'whatsapp' && status === 'CONNECTED';

interface FaultProps {
  readonly fault: DemoFault;
  readonly strike: StrikeView | undefined;
  readonly disabled: boolean;
  readonly play: () => void;
}

function Fault({ fault, strike, disabled, play }: FaultProps) {
  const { words } = useDemoWords();
  const { name, see } = words.fault[fault];
  return (
    <li className="demo-fault">
      <div className="demo-fault-text">
        <strong>{name}</strong>
        <p className="secondary">{see}</p>
      </div>
      <button type="button" className="button" aria-label={words.playOne(name)} disabled={disabled} onClick={play}>
        {words.play}
      </button>
      {strike && <Outcome key={strike.id} strike={strike} />}
    </li>
  );
}
