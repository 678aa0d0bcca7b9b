import '../styles/inspector-chart.css';
import '../styles/inspector-standing.css';
import '../styles/inspector.css';
import { useCallback, useEffect, useState } from 'react';
import type { AccountView } from '#libs/contracts/account';
import { Loading } from '../parts/loading.js';
import { isolated } from '../parts/isolated.js';
import { Empty } from '../parts/notice.js';
import { accountHref, inspectorHref } from '../parts/route.js';
import { useFleet, useShell, useWords } from '../parts/shell.js';
import { StatusMark } from '../parts/status-mark.js';
import { useTitle } from '../parts/title.js';
import { LiveEvents } from '../watch/live-events.js';
import { StatelyLink } from '../watch/stately-link.js';
import { ExportButton } from './export-button.js';
import { Inspection } from './inspection.js';
import { followLife, type Life } from './life.js';

export interface InspectorPageProps {
  readonly id: string;
  /** The step that is looked at; null: now. */
  readonly seq: number | null;
}

/** One account's machine: where it stands, how it came there, and what may happen next. */
export function InspectorPage({ id, seq }: InspectorPageProps) {
  const { words } = useWords();
  const { byId, loaded } = useFleet();
  const account = byId.get(id);
  return (
    <>
      <a className="back" href={accountHref(id)}>
        <span aria-hidden="true">←</span> {account?.label ?? words.account.back}
      </a>
      {account && <Inspector account={account} seq={seq} />}
      {!account && loaded && (
        <Empty title={words.account.missing}>
          <p>{words.account.missingHint}</p>
        </Empty>
      )}
      {!account && !loaded && <Loading />}
    </>
  );
}

function Inspector({ account, seq }: { readonly account: AccountView; readonly seq: number | null }) {
  const { words } = useWords();
  const { muster, fail } = useShell();
  const [life, tell] = useState<Life | null>(null);
  const [at, go] = usePlaceInTime(account.id, seq);
  useTitle(`${words.inspector.title} · ${isolated(account.label)}`);
  useEffect(() => {
    const leave = new AbortController();
    void followLife(muster, account.id, tell, fail, leave.signal);
    return () => leave.abort();
  }, [muster, account.id, fail]);
  return (
    <div className="inspector">
      <div className="page-head">
        <div className="account-title">
          <h1>
            {words.inspector.title}
            <span className="inspector-of">{account.label}</span>
          </h1>
          <StatusMark status={account.status} />
        </div>
        <div className="actions">
          <StatelyLink id={account.id} />
          <ExportButton account={account} />
        </div>
      </div>
      <Inspection account={account} life={life} tell={tell} at={at} go={go} />
      <LiveEvents id={account.id} />
    </div>
  );
}

/** It stands in the address, so that a moment can be sent to somebody; going through time leaves no trail in the history. */
function usePlaceInTime(id: string, asked: number | null): readonly [number | null, (seq: number | null) => void] {
  const [at, setAt] = useState(asked);
  const [lastAsked, setLastAsked] = useState(asked);
  if (asked !== lastAsked) {
    setLastAsked(asked);
    setAt(asked);
  }
  // The same for as long as the page is: a thousand rows of its history have it.
  const go = useCallback(
    (seq: number | null): void => {
      history.replaceState(null, '', inspectorHref(id, seq));
      setAt(seq);
    },
    [id],
  );
  return [at, go];
}
