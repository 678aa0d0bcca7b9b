import { useMemo, useRef } from 'react';
import { useWords } from '../parts/shell.js';
import type { Telling } from './cells.js';
import type { TreeNode } from './supervision-tree.js';
import { useTreeFocus } from './tree-focus.js';
import { GridRow } from './tree-row.js';
import { rowsOf } from './tree-rows.js';

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
  const rows = useMemo(() => rowsOf(tree, closed), [tree, closed]);
  const toggle = (key: string): void => {
    const next = new Set(closed);
    if (!next.delete(key)) next.add(key);
    setClosed(next);
  };
  const { current, handlers } = useTreeFocus(grid, rows, toggle);
  const { part, state, rule, intensity, memory, since } = words.supervision.columns;
  return (
    <div ref={grid} className="super-tree" role="treegrid" aria-label={words.supervision.tree} {...handlers}>
      <div className="super-row super-head" role="row">
        {[part, state, rule, intensity, memory, since].map((name) => (
          <div key={name} role="columnheader">
            {name}
          </div>
        ))}
      </div>
      {rows.map((row) => (
        <GridRow
          key={row.key}
          row={row}
          telling={telling}
          isCurrent={row.key === current}
          toggle={() => toggle(row.key)}
        />
      ))}
    </div>
  );
}
