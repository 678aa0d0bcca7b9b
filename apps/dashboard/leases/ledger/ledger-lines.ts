import type { LedgerLine } from '#libs/contracts/account-manager/ledger';
import type { Page } from '#libs/contracts/page';

/** What is shown of the ledger: newest first, without a gap. */
export interface LedgerLines {
  readonly lines: readonly LedgerLine[];
  /** Null: to the first that is kept. */
  readonly nextCursor: string | null;
}
export const NO_LINES: LedgerLines = { lines: [], nextCursor: null };

/** As many as anybody reads; older ones are asked for again. */
export const LINES_KEPT_MAX = 1_000;

/** The newest page, put before what is known. When more was written meanwhile than it holds, it stands alone: a gap could not be seen. */
export function withNewest(known: LedgerLines, page: Page<LedgerLine>): LedgerLines {
  const ids = new Set(known.lines.map(({ id }) => id));
  const meets = page.items.some(({ id }) => ids.has(id));
  if (!meets) return { lines: page.items, nextCursor: page.nextCursor };
  if (page.items.every(({ id }) => ids.has(id))) return known;
  const lines = merged(known.lines, page.items);
  if (lines.length <= LINES_KEPT_MAX) return { ...known, lines };
  const kept = lines.slice(0, LINES_KEPT_MAX);
  return { lines: kept, nextCursor: kept.at(-1)!.id };
}

export function withOlder(known: LedgerLines, page: Page<LedgerLine>): LedgerLines {
  return { lines: merged(known.lines, page.items), nextCursor: page.nextCursor };
}

/** Newest first, each once. Of two that were written at once the older may be told later. */
function merged(some: readonly LedgerLine[], others: readonly LedgerLine[]): readonly LedgerLine[] {
  const known = new Set(some.map(({ id }) => id));
  return [...some, ...others.filter(({ id }) => !known.has(id))].sort(
    (one, other) => Number(other.id) - Number(one.id),
  );
}
