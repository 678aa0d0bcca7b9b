import { useCallback, useState } from 'react';
import { usePolled } from '../../parts/polled.js';
import { Loading } from '../../parts/loading.js';
import { Empty } from '../../parts/notice.js';
import { useFleet, useNow, useShell, useWords } from '../../parts/shell.js';
import { TroubleText } from '../../parts/trouble.js';
import { LiveMark } from '../../records/live-mark.js';
import { type LedgerFilter, NO_LEDGER_FILTER, toQuery } from './ledger-filter.js';
import { LedgerForm } from './ledger-form.js';
import { type LedgerLines, NO_LINES, withNewest, withOlder } from './ledger-lines.js';
import { LedgerRow } from './ledger-row.js';

const LOOK_EVERY_MS = 2_000;
/** A screen and a half. */
const PAGE_LINES = 40;

/** All that was decided, newest first, followed while it is. */
export function LedgerView() {
  const { words } = useWords();
  const [filter, setFilter] = useState(NO_LEDGER_FILTER);
  const [paused, setPaused] = useState(false);
  const told = words.leases.ledger;
  const choose = (chosen: LedgerFilter): void => {
    setPaused(false);
    setFilter(chosen);
  };
  return (
    <section className="card sheet" aria-labelledby="leases-ledger-title">
      <div className="sheet-head">
        <h2 id="leases-ledger-title">{told.title}</h2>
        <div className="sheet-actions">
          <LiveMark isLive={!paused} text={paused ? told.paused : told.following} toggle={() => setPaused(!paused)} />
        </div>
      </div>
      <LedgerForm filter={filter} choose={choose} />
      <Lines key={JSON.stringify(filter)} filter={filter} paused={paused} setPaused={setPaused} />
    </section>
  );
}

interface LinesProps {
  readonly filter: LedgerFilter;
  readonly paused: boolean;
  readonly setPaused: (paused: boolean) => void;
}

/** Of one filter: another begins anew. */
function Lines({ filter, paused, setPaused }: LinesProps) {
  const { words } = useWords();
  const { byId } = useFleet();
  const now = useNow(60_000);
  const { known, loaded, error, busy, further } = useLines(filter, paused);
  // What is read must not be pushed away by what comes.
  const hold = useCallback(() => setPaused(true), [setPaused]);
  const labelOf = (id: string | null): string => (id === null ? '' : (byId.get(id)?.label ?? id.slice(0, 8)));
  return (
    <>
      {error !== null && !loaded && (
        <div className="wrong leases-note" role="alert">
          <TroubleText error={error} />
        </div>
      )}
      {known.lines.length > 0 && (
        <ol className="records" aria-label={words.leases.ledger.lines}>
          {known.lines.map((line) => (
            <LedgerRow key={line.id} line={line} account={labelOf(line.account_id)} now={now} opened={hold} />
          ))}
        </ol>
      )}
      {loaded && (
        <End
          known={known}
          isFiltered={JSON.stringify(filter) !== JSON.stringify(NO_LEDGER_FILTER)}
          busy={busy}
          further={further}
        />
      )}
      {!loaded && error === null && <Loading lines={6} />}
    </>
  );
}

function useLines(filter: LedgerFilter, paused: boolean) {
  const { muster, fail } = useShell();
  const [known, setKnown] = useState(NO_LINES);
  const [loaded, setLoaded] = useState(false);
  const [busy, setBusy] = useState(false);
  // What was never read is read all the same.
  const isHeld = paused && loaded;
  const ask = useCallback(async () => {
    if (isHeld) return;
    const page = await muster.leases.ledger({ ...toQuery(filter), limit: PAGE_LINES });
    setKnown((before) => withNewest(before, page));
    setLoaded(true);
  }, [muster, filter, isHeld]);
  const { error } = usePolled(ask, LOOK_EVERY_MS);
  const further = (): void => {
    setBusy(true);
    muster.leases
      .ledger({ ...toQuery(filter), limit: PAGE_LINES, after: known.nextCursor ?? undefined })
      .then((page) => setKnown((before) => withOlder(before, page)))
      .catch(fail)
      .finally(() => setBusy(false));
  };
  return { known, loaded, error, busy, further };
}

interface EndProps {
  readonly known: LedgerLines;
  readonly isFiltered: boolean;
  readonly busy: boolean;
  readonly further: () => void;
}

function End({ known: { lines, nextCursor }, isFiltered, busy, further }: EndProps) {
  const { words } = useWords();
  const told = words.leases.ledger;
  if (lines.length === 0)
    return (
      <Empty title={isFiltered ? told.noMatch : told.none}>
        <p>{isFiltered ? told.noMatchHint : told.noneHint}</p>
      </Empty>
    );
  return (
    <div className="records-end">
      {nextCursor === null ? (
        <p className="secondary">{told.all}</p>
      ) : (
        <button type="button" className="button small" disabled={busy} onClick={further}>
          {words.records.older}
        </button>
      )}
    </div>
  );
}
