import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { AccountView } from '#libs/contracts/account';
import { useWords } from '../parts/shell.js';
import { AccountRow } from './account-row.js';

/** As in fleet.css, where a phone's rows are higher: there a row is two lines. */
const ROW_PX = { wide: 44, narrow: 68 };
const NARROW = matchMedia('(max-width: 760px)');

/** Only the rows in sight exist, and a few around them, so that a thousand accounts scroll as ten do. */
export function AccountTable({ accounts }: { readonly accounts: readonly AccountView[] }) {
  const { words } = useWords();
  const body = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const isNarrow = useSyncExternalStore(onNarrow, () => NARROW.matches);
  useLayoutEffect(() => setTop(body.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: accounts.length,
    estimateSize: () => (isNarrow ? ROW_PX.narrow : ROW_PX.wide),
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => accounts[index]!.id,
  });
  useEffect(() => rows.measure(), [rows, isNarrow]);
  const { account, status, detail, since, restarts, node, memory } = words.fleet;
  return (
    <div className="table" role="table" aria-rowcount={accounts.length + 1} aria-label={words.accounts}>
      <div className="row head" role="row" aria-rowindex={1}>
        {[account, status, detail, since, restarts, node, memory].map((name) => (
          <div key={name} role="columnheader">
            {name}
          </div>
        ))}
      </div>
      <div ref={body} className="rows" role="rowgroup" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ key, index, start }) => (
          <AccountRow key={key} account={accounts[index]!} index={index} top={start - top} />
        ))}
      </div>
    </div>
  );
}

function onNarrow(listener: () => void): () => void {
  NARROW.addEventListener('change', listener);
  return () => NARROW.removeEventListener('change', listener);
}
