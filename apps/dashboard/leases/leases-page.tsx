import '../styles/sheets.css';
import '../styles/records.css';
import '../styles/leases.css';
import { useEffect, useState } from 'react';
import { NoAnswer } from '../parts/no-answer.js';
import { Loading } from '../parts/loading.js';
import { useShell, useWords } from '../parts/shell.js';
import { useTitle } from '../parts/title.js';
import { Cooling } from './cooling.js';
import { followLeases, type Leasing, NOTHING_SEEN } from './follow-leases.js';
import { LedgerView } from './ledger/ledger-view.js';
import { LeaseCounts } from './lease-counts.js';
import { LiveLeases } from './live-leases.js';
import { Waiting } from './waiting.js';

/** Who has which account, which rest, who waits, and all that was decided. */
export function LeasesPage() {
  const { words } = useWords();
  const { muster } = useShell();
  const [{ seen, error }, tell] = useState<Leasing>(NOTHING_SEEN);
  useTitle(words.pages.leases);
  useEffect(() => {
    const leave = new AbortController();
    followLeases(muster, tell, leave.signal);
    return () => leave.abort();
  }, [muster]);
  return (
    <>
      <div className="page-head">
        <h1>{words.pages.leases}</h1>
      </div>
      <NoAnswer error={error} />
      {!seen && <Loading lines={4} />}
      {seen && (
        <>
          <LeaseCounts counts={seen.counts} waiting={seen.waiting.length} />
          <LiveLeases leases={seen.leases} isPart={seen.isPart} atMs={seen.atMs} />
          <div className="sheet-columns leases-columns">
            <Cooling recovery={seen.recovery} atMs={seen.atMs} />
            <Waiting requests={seen.waiting} />
          </div>
        </>
      )}
      <LedgerView />
    </>
  );
}
