import { expect, it } from 'vitest';
import { momentOf } from './message-moment.js';

const sentAt = '2026-01-01T03:00:00.000Z';
const createdAt = '2026-01-01T09:00:00.000Z';

it('shows a message at the time when its sender sent it, though it was fetched in the morning', () => {
  expect(momentOf({ direction: 'in', sentAt, createdAt })).toBe(sentAt);
  expect(momentOf({ direction: 'in', sentAt: null, createdAt })).toBe(createdAt);
});

it('shows one of ours at the time when it was given in, however long it waited', () => {
  expect(momentOf({ direction: 'out', sentAt: createdAt, createdAt: sentAt })).toBe(sentAt);
});
