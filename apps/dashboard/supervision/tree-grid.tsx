import { type KeyboardEvent, memo, useMemo, useRef, useState } from 'react';
import { useWords } from '../parts/shell.js';
import { accountCells, branchCells, gateCells, launchesCells } from './branch-cells.js';
import type { Cells, Telling } from './cells.js';
import { Since } from './figures.js';
import { browserCells, enginesCells, hostCells, nodeCells, partCells } from './machine-cells.js';
import type { About, TreeNode } from './supervision-tree.js';
import { moveBy, rowsOf, type TreeRow } from './tree-rows.js';

export interface TreeGridProps {
  readonly tree: TreeNode;
  readonly closed: ReadonlySet<string>;
  readonly setClosed: (closed: ReadonlySet<string>) => void;
  readonly telling: Telling;
}

/** A tree with columns, as the pattern “treegrid” of ARIA has it: one row has the focus, arrows move, open and close. */
export function TreeGrid({ tree, closed, setClosed, telling }: TreeGridProps) {
  const { words } = useWords();
  const grid = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState('node');
  const rows = useMemo(() => rowsOf(tree, closed), [tree, closed]);
  const current = rows.some(({ key }) => key === focused) ? focused : 'node';
  const toggle = (key: string): void => {
    const next = new Set(closed);
    if (!next.delete(key)) next.add(key);
    setClosed(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const rowElement = grid.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(current)}"]`);
    if (event.key === 'Enter' && event.target === rowElement) return rowElement?.querySelector('a')?.click();
    const move = moveBy(event.key, current, rows);
    if (!move) return;
    event.preventDefault();
    if ('focus' in move) {
      setFocused(move.focus);
      grid.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(move.focus)}"]`)?.focus();
    } else toggle('open' in move ? move.open : move.close);
  };
  const { part, state, rule, intensity, memory, since } = words.supervision.columns;
  return (
    <div ref={grid} className="super-tree" role="treegrid" aria-label={words.supervision.tree} onKeyDown={onKeyDown}>
      <div className="super-row super-head" role="row">
        {[part, state, rule, intensity, memory, since].map((name) => (
          <div key={name} role="columnheader">
            {name}
          </div>
        ))}
      </div>
      {rows.map((row) => (
        <Row
          key={row.key}
          row={row}
          telling={telling}
          isCurrent={row.key === current}
          toggle={() => toggle(row.key)}
          onFocus={() => setFocused(row.key)}
        />
      ))}
    </div>
  );
}

interface RowProps {
  readonly row: TreeRow;
  readonly telling: Telling;
  readonly isCurrent: boolean;
  readonly toggle: () => void;
  readonly onFocus: () => void;
}

function Row({ row, telling, isCurrent, toggle, onFocus }: RowProps) {
  const { key, about, level, place, siblings, open } = row;
  return (
    <div
      className="super-row"
      role="row"
      data-key={key}
      data-is={about.is}
      data-level={level}
      aria-level={level}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-expanded={open ?? undefined}
      tabIndex={isCurrent ? 0 : -1}
      onFocus={onFocus}
    >
      <RowCells about={about} telling={telling} level={level} open={open} toggle={toggle} />
    </div>
  );
}

interface RowCellsProps {
  readonly about: About;
  readonly telling: Telling;
  readonly level: number;
  readonly open: boolean | null;
  readonly toggle: () => void;
}

const RowCells = memo(function RowCells({ about, telling, level, open, toggle }: RowCellsProps) {
  const { name, hint, state, note, rule, intensity, memory, since } = cellsOf(about, telling);
  return (
    <>
      <div role="gridcell" className="super-name" style={{ paddingInlineStart: `${(level - 1) * 1.25}rem` }}>
        {/* For the mouse only: the row itself is opened and closed by the arrows. */}
        <span
          className="super-toggle"
          data-open={open ?? undefined}
          aria-hidden="true"
          onClick={open === null ? undefined : toggle}
        />
        <span className="super-title">
          <span className="super-label">{name}</span>
          {hint && <span className="secondary">{hint}</span>}
        </span>
      </div>
      <div role="gridcell" className="super-state">
        {state && (
          <span className="super-mark" data-tone={state.tone}>
            <i aria-hidden="true" />
            {state.text}
          </span>
        )}
        {note && <span className="super-note">{note}</span>}
      </div>
      <div role="gridcell" className="super-rule" title={rule?.hint}>
        {rule?.text}
      </div>
      <div role="gridcell" className="super-intensity">
        {intensity}
      </div>
      <div role="gridcell" className="super-memory">
        {memory}
      </div>
      <div role="gridcell" className="super-since number">
        {since && <Since iso={since} aheadMs={telling.aheadMs} />}
      </div>
    </>
  );
});

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
