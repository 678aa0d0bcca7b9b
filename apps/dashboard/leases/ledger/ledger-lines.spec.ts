import { describe, expect, it } from 'vitest';
import type { LedgerLine } from '#libs/contracts/account-manager/ledger';
import { LINES_KEPT_MAX, NO_LINES, withNewest, withOlder } from './ledger-lines.js';

const line = (id: number): LedgerLine => ({
  ...{ id: String(id), at: '2026-01-02T12:00:00.000Z', account_id: null, lease_id: null, fence: null },
  ...{ user_id: null, service_name: null, what: 'lease', decision: 'granted', why: null, details: null },
});
const page = (ids: readonly number[], nextCursor: string | null = null) => ({ items: ids.map(line), nextCursor });
const idsOf = ({ lines }: { readonly lines: readonly LedgerLine[] }): number[] => lines.map(({ id }) => Number(id));

describe('the lines that are shown', () => {
  const known = withNewest(NO_LINES, page([9, 8, 7], '7'));

  it('are those of the first page, newest first', () => {
    expect(idsOf(known)).toEqual([9, 8, 7]);
    expect(known.nextCursor).toBe('7');
  });

  it('get new ones before them, each in its place, each once', () => {
    const more = withNewest(known, page([12, 10, 9], '9'));
    expect(idsOf(more)).toEqual([12, 10, 9, 8, 7]);
    expect(more.nextCursor).toBe('7');
    expect(idsOf(withNewest(more, page([12, 11, 10], '10')))).toEqual([12, 11, 10, 9, 8, 7]);
  });

  it('stay the same while nothing is written', () => expect(withNewest(known, page([9, 8], '8'))).toBe(known));

  it('get older ones behind them, to the first', () => {
    const all = withOlder(known, page([6, 5]));
    expect(idsOf(all)).toEqual([9, 8, 7, 6, 5]);
    expect(all.nextCursor).toBeNull();
  });

  it('begin anew rather than hide a gap', () => {
    const anew = withNewest(known, page([40, 39, 38], '38'));
    expect(idsOf(anew)).toEqual([40, 39, 38]);
    expect(anew.nextCursor).toBe('38');
  });

  it('are so many at most, and the rest can be asked for again', () => {
    const full = { lines: Array.from({ length: LINES_KEPT_MAX }, (_, i) => line(5_000 - i)), nextCursor: null };
    const kept = withNewest(full, page([5_001, 5_000]));
    expect(kept.lines).toHaveLength(LINES_KEPT_MAX);
    expect(kept.nextCursor).toBe(kept.lines.at(-1)!.id);
  });
});
