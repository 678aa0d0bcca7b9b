import '../styles/demo.css';
import { useEffect, useMemo, useState } from 'react';
import { keptInTab } from '../parts/kept.js';
import { createDemoClient, DemoTrouble } from './demo-client.js';
import { useDemoWords } from './demo-language.js';
import { Faults } from './faults.js';
import { useDemo } from './follow-demo.js';
import { Phones } from './phones.js';

const KEPT = keptInTab('demo');
/** As in demo.css: below it the panel lies over the page, and so is closed at first. */
const ROOM = '(min-width: 1200px)';

/** Beside the page under `npm run demo`: the phones of the stand-in, and faults to play at it. */
export function DemoPanel({ address }: { readonly address: string }) {
  const { words } = useDemoWords();
  const [isOpen, setOpen] = useState(() => (KEPT.read() ?? (matchMedia(ROOM).matches ? 'open' : 'closed')) === 'open');
  useEffect(() => {
    document.documentElement.dataset['demo'] = isOpen ? 'open' : 'closed';
    KEPT.write(isOpen ? 'open' : 'closed');
  }, [isOpen]);
  return (
    <aside className="demo" data-open={isOpen || undefined} aria-label={words.title}>
      <button
        type="button"
        className="demo-badge"
        aria-expanded={isOpen}
        aria-label={isOpen ? words.hide : words.show}
        onClick={() => setOpen(!isOpen)}
      >
        {words.title}
        <span className="demo-arrow" aria-hidden="true" />
      </button>
      {isOpen && <Inside address={address} />}
    </aside>
  );
}

function Inside({ address }: { readonly address: string }) {
  const { words } = useDemoWords();
  const demo = useMemo(() => createDemoClient(address), [address]);
  const { view, away, look } = useDemo(demo, true);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<DemoTrouble | null>(null);
  const act = (doIt: () => Promise<unknown>): void => {
    setBusy(true);
    setTrouble(null);
    doIt()
      .catch((error: unknown) =>
        setTrouble(error instanceof DemoTrouble ? error : new DemoTrouble(null, String(error))),
      )
      .finally(() => {
        setBusy(false);
        look();
      });
  };
  return (
    <div className="demo-body">
      <p className="hint">{words.note}</p>
      {away && (
        <p className="demo-note" data-tone="bad" role="alert">
          {words.away}
        </p>
      )}
      {view?.story === 'played' && <p className="demo-note">{words.story}</p>}
      {trouble && (
        <p className="demo-note" data-tone="bad" role="alert">
          {trouble.why ? words.refusals[trouble.why] : `${words.unanswered}: ${trouble.message}`}
        </p>
      )}
      {view && <Phones view={view} demo={demo} act={act} />}
      {view && (
        <Faults
          strikes={view.strikes}
          busy={busy}
          play={(fault, account) => act(() => demo.strike({ fault, account }))}
        />
      )}
    </div>
  );
}
