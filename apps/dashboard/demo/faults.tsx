import { useState } from 'react';
import { DEMO_FAULT_NAMES, DEMO_FAULTS, type DemoFault, type StrikeView } from '#apps/simulator/demo/demo-words';
import type { AccountView } from '#libs/contracts/account';
import { isolated } from '../parts/isolated.js';
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
  const { chosen, isThere, options, choose } = useVictim();
  const account = chosen === ALL ? null : chosen;
  return (
    <section aria-labelledby="demo-faults">
      <h2 id="demo-faults">{words.faults}</h2>
      <select aria-label={words.victim} value={chosen} onChange={({ target }) => choose(target.value)}>
        {options.map(({ id, text }) => (
          <option key={id} value={id}>
            {text}
          </option>
        ))}
      </select>
      {!isThere && (
        <p id="demo-why" className="hint">
          {words.needsConnected}
        </p>
      )}
      {GROUPS.map((group) => (
        <div key={group} role="group" aria-labelledby={`demo-${group}`}>
          <h3 id={`demo-${group}`}>{words.groups[group]}</h3>
          <ul className="demo-faults">
            {DEMO_FAULT_NAMES.filter((fault) => DEMO_FAULTS[fault].group === group).map((fault) => (
              <Fault
                key={fault}
                fault={fault}
                strikes={strikes}
                isBusy={busy}
                isVain={!isThere && DEMO_FAULTS[fault].strikes !== 'database'}
                play={() => play(fault, account)}
              />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

interface Victim {
  readonly chosen: string;
  /** There is somebody to strike. */
  readonly isThere: boolean;
  readonly options: readonly { readonly id: string; readonly text: string }[];
  readonly choose: (id: string) => void;
}

/** The account of the page that one looks at; elsewhere the one that was chosen, or the first. */
function useVictim(): Victim {
  const { words } = useDemoWords();
  const route = useRoute();
  const { accounts } = useFleet();
  const [wish, setWish] = useState<{ readonly id: string; readonly at: string } | null>(null);
  const here = 'id' in route ? route.id : '';
  const shown = accounts.filter((account) => isConnected(account) || (account.id === here && isOfWhatsapp(account)));
  const connected = shown.filter(isConnected);
  const options = shown.map((account) => ({
    id: account.id,
    text: isConnected(account) ? account.label : words.notConnected(isolated(account.label)),
  }));
  if (connected.length > 1) options.push({ id: ALL, text: words.all });
  const known = (id: string): boolean => options.some((option) => option.id === id);
  // Whoever opens another account means that one.
  const wished = wish && wish.at === here && known(wish.id) ? wish.id : null;
  const chosen = wished ?? (known(here) ? here : (options[0]?.id ?? ALL));
  return {
    chosen,
    options: options.length > 0 ? options : [{ id: ALL, text: words.nobody }],
    isThere: chosen === ALL ? connected.length > 0 : connected.some(({ id }) => id === chosen),
    choose: (id) => setWish({ id, at: here }),
  };
}

const isOfWhatsapp = ({ provider }: AccountView): boolean => provider === 'whatsapp';
const isConnected = (account: AccountView): boolean => isOfWhatsapp(account) && account.status === 'CONNECTED';

interface FaultProps {
  readonly fault: DemoFault;
  readonly strikes: readonly StrikeView[];
  readonly isBusy: boolean;
  /** There is nobody to strike, and what is above says so. */
  readonly isVain: boolean;
  readonly play: () => void;
}

function Fault({ fault, strikes, isBusy, isVain, play }: FaultProps) {
  const strike = strikes.find((one) => one.fault === fault);
  const { words } = useDemoWords();
  const { name, see } = words.fault[fault];
  return (
    <li className="demo-fault">
      <strong>{name}</strong>
      <button
        type="button"
        className="button"
        aria-label={words.playOne(name)}
        aria-describedby={isVain ? 'demo-why' : undefined}
        title={isVain ? words.needsConnected : undefined}
        disabled={isBusy || isVain}
        onClick={play}
      >
        {words.play}
      </button>
      <p className="secondary">{see}</p>
      {strike && <Outcome key={strike.id} strike={strike} strikes={strikes} />}
    </li>
  );
}
