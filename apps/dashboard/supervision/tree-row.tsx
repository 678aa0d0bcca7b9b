import type { CSSProperties } from 'react';
import { accountCells, branchCells, gateCells, launchesCells } from './branch-cells.js';
import type { Cells, Telling } from './cells.js';
import { Since } from './figures.js';
import { browserCells, enginesCells, hostCells, nodeCells, partCells } from './machine-cells.js';
import type { About } from './supervision-tree.js';
import type { TreeRow } from './tree-rows.js';

export interface GridRowProps {
  readonly row: TreeRow;
  readonly telling: Telling;
  readonly isCurrent: boolean;
  readonly toggle: () => void;
}

export function GridRow({ row, telling, isCurrent, toggle }: GridRowProps) {
  const { key, about, level, place, siblings, open } = row;
  const { name, hint, state, note, rule, intensity, memory, since } = cellsOf(about, telling);
  return (
    <div
      className="super-row"
      role="row"
      data-key={key}
      data-is={about.is}
      style={{ '--depth': level - 1 } as CSSProperties}
      aria-level={level}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-expanded={open ?? undefined}
      tabIndex={isCurrent ? 0 : -1}
    >
      <div role="gridcell" className="super-name">
        <Toggle open={open} toggle={toggle} />
        <span className="super-title">
          <span className="super-label">{name}</span>
          {hint && <span className="secondary">{hint}</span>}
        </span>
      </div>
      <div role="gridcell" className="super-state">
        {state && <Mark {...state} />}
        {note && <span className="super-note">{note}</span>}
      </div>
      <div role="gridcell" className="super-rule" title={rule?.hint}>
        {rule?.text}
      </div>
      <div role="gridcell" className="super-figure">
        {intensity}
      </div>
      <div role="gridcell" className="super-figure">
        {memory}
      </div>
      <div role="gridcell" className="super-since number">
        {since && <Since iso={since} aheadMs={telling.aheadMs} />}
      </div>
    </div>
  );
}

/** For the mouse only: the row itself is opened and closed by the arrows, and says whether it is open. */
function Toggle({ open, toggle }: { readonly open: boolean | null; readonly toggle: () => void }) {
  if (open === null) return <span className="super-toggle" aria-hidden="true" />;
  return <span className="super-toggle" data-open={open} aria-hidden="true" onClick={toggle} />;
}

function Mark({ tone, text }: NonNullable<Cells['state']>) {
  return (
    <span className="super-mark" data-tone={tone}>
      <i aria-hidden="true" />
      {text}
    </span>
  );
}

function cellsOf(about: About, telling: Telling): Cells {
  const told = telling.words.supervision;
  switch (about.is) {
    case 'node':
      return nodeCells(about.view, telling);
    case 'part':
      return partCells(about.part, telling);
    case 'engines':
      return enginesCells(about.engines, telling);
    case 'host':
      return hostCells(about.host, about.engines.accountsMax, telling);
    case 'browser':
      return browserCells(about.of, about.engines.browserMbMax, telling);
    case 'launches':
      return launchesCells(about.launches, telling);
    case 'gate':
      return gateCells(about.launch, telling);
    case 'branch':
      return branchCells(about.branch, telling);
    case 'account':
      return accountCells(about.account, about.branch, telling);
    case 'more':
      return { name: (about.what === 'hosts' ? told.hostsLeftOut : told.leftOut)(String(about.count)) };
  }
}
