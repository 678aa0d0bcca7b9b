import type { About, TreeNode } from './supervision-tree.js';

/** A row that is in sight. `level`, `place` and `siblings` count from 1, as ARIA does. */
export interface TreeRow {
  readonly key: string;
  readonly about: About;
  readonly level: number;
  readonly place: number;
  readonly siblings: number;
  /** Null: nothing is below it. */
  readonly open: boolean | null;
  readonly parent: string | null;
}

/** The rows from top to bottom, without what lies below a closed one. */
export function rowsOf(root: TreeNode, closed: ReadonlySet<string>): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  const walk = (siblings: readonly TreeNode[], level: number, parent: string | null): void => {
    for (const [at, { key, about, children }] of siblings.entries()) {
      const open = children.length > 0 ? !closed.has(key) : null;
      rows.push({ key, about, level, place: at + 1, siblings: siblings.length, open, parent });
      if (open) walk(children, level + 1, key);
    }
  };
  walk([root], 1, null);
  return rows;
}

/** Keys of all that can be closed, but for the root. */
export function closableKeys({ children }: TreeNode): readonly string[] {
  return children.flatMap((child) => (child.children.length > 0 ? [child.key, ...closableKeys(child)] : []));
}

export type TreeMove = { readonly focus: string } | { readonly open: string } | { readonly close: string };

/** What a key does in a tree, by the pattern that screen readers know; null: nothing. */
export function moveBy(key: string, at: string, rows: readonly TreeRow[]): TreeMove | null {
  const index = rows.findIndex((row) => row.key === at);
  const row = rows[index];
  if (!row) return null;
  switch (key) {
    case 'ArrowDown':
      return focusOn(rows[index + 1]);
    case 'ArrowUp':
      return focusOn(rows[index - 1]);
    case 'Home':
      return focusOn(rows[0]);
    case 'End':
      return focusOn(rows.at(-1));
    case 'ArrowRight':
      return row.open === false ? { open: at } : row.open ? focusOn(rows[index + 1]) : null;
    case 'ArrowLeft':
      return row.open ? { close: at } : row.parent === null ? null : { focus: row.parent };
    default:
      return null;
  }
}

const focusOn = (row: TreeRow | undefined): TreeMove | null => (row ? { focus: row.key } : null);
