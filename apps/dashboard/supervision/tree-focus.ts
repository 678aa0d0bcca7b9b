import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { moveBy, type TreeRow } from './tree-rows.js';

export interface TreeFocus {
  /** Key of the one row that the Tab key reaches. */
  readonly current: string;
  /** To be set on the grid and its rows. */
  readonly handlers: {
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly onFocus: (event: { readonly target: EventTarget }) => void;
    readonly onBlur: () => void;
  };
}

/** Moves the focus among rows by keys. When the row that has it goes (an account is well again), its tree keeps it. */
export function useTreeFocus(
  grid: RefObject<HTMLElement | null>,
  rows: readonly TreeRow[],
  toggle: (key: string) => void,
): TreeFocus {
  const [focused, setFocused] = useState('');
  const wasInside = useRef(false);
  const first = rows[0]?.key ?? '';
  const current = rows.some(({ key }) => key === focused) ? focused : first;
  useEffect(() => {
    if (current === focused) return;
    if (wasInside.current && document.activeElement === document.body) elementOf(grid.current, current)?.focus();
    setFocused(current);
  }, [grid, current, focused]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === 'Enter') return elementOf(grid.current, current)?.querySelector('a')?.click();
    const move = moveBy(event.key, current, rows);
    if (!move) return;
    event.preventDefault();
    if ('focus' in move) elementOf(grid.current, move.focus)?.focus();
    else toggle('open' in move ? move.open : move.close);
  };
  const onFocus = ({ target }: { readonly target: EventTarget }): void => {
    wasInside.current = true;
    const row = target instanceof Element ? target.closest<HTMLElement>('[data-key]') : null;
    if (row?.dataset['key'] !== undefined) setFocused(row.dataset['key']);
  };
  return { current, handlers: { onKeyDown, onFocus, onBlur: () => void (wasInside.current = false) } };
}

function elementOf(grid: HTMLElement | null, key: string): HTMLElement | null {
  return grid?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null;
}
