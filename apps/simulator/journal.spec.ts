import { expect, it } from 'vitest';
import { createJournal, JOURNAL_ENTRIES_MAX } from './journal.js';

const now = (): Date => new Date(0);

it('is read on from a cursor, by kind, a page at a time', () => {
  const journal = createJournal(now);
  for (const messageId of ['a', 'b', 'a']) journal.write({ kind: 'message.accepted', messageId });
  journal.write({ kind: 'page.opened' });
  expect(journal.read({ after: 0, limit: 2 }).map(({ seq }) => seq)).toEqual([1, 2]);
  expect(journal.read({ after: 2, limit: 10 })).toMatchObject([{ messageId: 'a' }, { kind: 'page.opened' }]);
  expect(journal.read({ after: 0, limit: 10, kind: 'message.accepted' })).toHaveLength(3);
  expect(journal.read({ after: 4, limit: 10 })).toEqual([]);
});

it('goes on counting when it was cleared: an old cursor hides nothing new', () => {
  const journal = createJournal(now);
  journal.write({ kind: 'page.opened' });
  journal.clear();
  journal.write({ kind: 'page.closed' });
  expect(journal.read({ after: 1, limit: 10 })).toMatchObject([{ seq: 2, kind: 'page.closed' }]);
});

it('forgets the oldest beyond its limit, and cursors still hold', () => {
  const journal = createJournal(now);
  const written = Math.ceil(JOURNAL_ENTRIES_MAX * 1.1) + 2;
  for (let seq = 1; seq <= written; seq++) journal.write({ kind: 'page.opened' });
  expect(journal.read({ after: 0, limit: 1 })[0]!.seq).toBeGreaterThan(1);
  expect(journal.read({ after: written - 1, limit: 10 }).map(({ seq }) => seq)).toEqual([written]);
});
