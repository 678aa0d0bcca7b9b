import type { InspectionData, InspectionEvent } from '#libs/contracts/inspection';

/** What a person sees of one event that came to a machine. */
export type WatchedRow = { readonly key: number; readonly at: string } & (
  | { readonly is: 'step'; readonly step: InspectionData<'inspection.step'> }
  | { readonly is: 'buried'; readonly buried: InspectionData<'inspection.buried'> }
  | { readonly is: 'standing'; readonly state: string }
);

export interface Watched {
  /** Newest first. */
  readonly rows: readonly WatchedRow[];
  /** Mail that waits to be read; null: nothing was told yet. */
  readonly waiting: number | null;
  readonly told: number;
}
export const NOTHING_WATCHED: Watched = { rows: [], waiting: null, told: 0 };

/** More than anybody scrolls through; the history keeps what matters. */
export const ROWS_KEPT_MAX = 200;

/** Mail that comes in only waits: what it does is told by its step. */
export function withInspection({ rows, told }: Watched, event: InspectionEvent): Watched {
  const row = rowOf(event, told);
  return {
    rows: row ? [row, ...rows].slice(0, ROWS_KEPT_MAX) : rows,
    waiting: event.data.waiting,
    told: told + 1,
  };
}

/** Without those that changed nothing, if they are not wished to be seen. */
export function visibleRows({ rows }: Watched, onlyChanges: boolean): readonly WatchedRow[] {
  return onlyChanges ? rows.filter((row) => row.is !== 'step' || row.step.changed) : rows;
}

/** What it asked for that is carried out: at each rest the machine has a login discarded, if there is one that must go. */
export function ordersOf({ orders, context }: InspectionData<'inspection.step'>): readonly string[] {
  return orders.filter((order) => order !== 'discardLogin' || context['login'] === 'discarding');
}

/** What an event carried, beside its name and time; empty: nothing. */
export function carriedBy({ type, at, ...carried }: InspectionData<'inspection.step'>['event']): string {
  void type;
  void at;
  return Object.keys(carried).length === 0 ? '' : JSON.stringify(carried);
}

function rowOf(event: InspectionEvent, key: number): WatchedRow | null {
  const { at } = event;
  switch (event.event) {
    case 'inspection.step':
      return { key, at, is: 'step', step: event.data };
    case 'inspection.buried':
      return { key, at, is: 'buried', buried: event.data };
    case 'inspection.standing':
      return { key, at, is: 'standing', state: event.data.state };
    default:
      return null;
  }
}
