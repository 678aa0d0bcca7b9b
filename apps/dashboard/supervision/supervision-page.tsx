import '../styles/supervision.css';
import { useEffect, useMemo, useState } from 'react';
import type { SupervisionView } from '#libs/contracts/supervision';
import { Loading } from '../parts/loading.js';
import { NoAnswer } from '../parts/no-answer.js';
import { useFleet, useNow, useShell, useWords } from '../parts/shell.js';
import { formatMoment } from '../parts/time.js';
import { useTitle } from '../parts/title.js';
import type { Telling } from './cells.js';
import { followSupervision, NOTHING_SEEN } from './follow-supervision.js';
import { treeOf } from './supervision-tree.js';
import { TreeGrid } from './tree-grid.js';
import { closableKeys } from './tree-rows.js';

/** The supervisors of the node as a tree: what they keep up, what they allow, what waits for its next try. */
export function SupervisionPage() {
  const { words } = useWords();
  const { muster } = useShell();
  const [{ view, aheadMs, error }, tell] = useState(NOTHING_SEEN);
  useTitle(words.pages.supervision);
  useEffect(() => {
    const leave = new AbortController();
    followSupervision(muster, tell, leave.signal);
    return () => leave.abort();
  }, [muster]);
  return (
    <>
      <NoAnswer error={error} />
      {view ? <Tree view={view} aheadMs={aheadMs} /> : <Loading lines={8} />}
    </>
  );
}

function Tree({ view, aheadMs }: { readonly view: SupervisionView; readonly aheadMs: number }) {
  const { words, language } = useWords();
  const { byId } = useFleet();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const tree = useMemo(() => treeOf(view), [view]);
  const telling = useMemo<Telling>(
    () => ({ words, language, aheadMs, labelOf: (id) => byId.get(id)?.label ?? id.slice(0, 8) }),
    [words, language, aheadMs, byId],
  );
  return (
    <>
      <div className="page-head">
        <h1>{words.pages.supervision}</h1>
        <div className="super-tools">
          <AsOf iso={view.at} />
          <button type="button" className="button quiet" onClick={() => setClosed(new Set())}>
            {words.supervision.expandAll}
          </button>
          <button type="button" className="button quiet" onClick={() => setClosed(new Set(closableKeys(tree)))}>
            {words.supervision.collapseAll}
          </button>
        </div>
      </div>
      <TreeGrid tree={tree} closed={closed} setClosed={setClosed} telling={telling} />
      {isWell(view) && <p className="super-well">{words.supervision.allWell}</p>}
    </>
  );
}

function AsOf({ iso }: { readonly iso: string }) {
  const { words, language } = useWords();
  const now = useNow(60_000);
  return <span className="secondary">{words.supervision.asOf(formatMoment(iso, now, language))}</span>;
}

const isWell = ({ accounts, launches, parts }: SupervisionView): boolean =>
  accounts.troubled.length === 0 &&
  launches.every(({ brake }) => !brake.on) &&
  parts.every(({ state }) => state === 'running');
