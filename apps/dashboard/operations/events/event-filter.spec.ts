import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '#libs/contracts/event-log';
import { fits, NO_EVENT_FILTER, toSearch } from './event-filter.js';

const event: LoggedEvent = {
  id: '7',
  cursor: '7',
  topic: 'messages',
  event: 'message.accepted',
  accountId: 'a',
  at: '2026-01-02T12:00:00.000Z',
  data: { message: { text: 'Said "Hello"' } },
};
const isFound = (more: Partial<typeof NO_EVENT_FILTER>): boolean => fits(event, { ...NO_EVENT_FILTER, ...more });

describe('an event that is told live', () => {
  it('is shown when a search would find it', () => {
    expect(isFound({})).toBe(true);
    expect(isFound({ topic: 'messages', event: 'message.accepted', accountId: 'a' })).toBe(true);
    expect(isFound({ text: ' said "hello" ' })).toBe(true);
    expect(isFound({ from: '2026-01-02T12:00:00Z', to: '2026-01-02T12:00:00Z' })).toBe(true);
  });

  it('is left out by any condition that it does not meet', () => {
    const others = [
      { topic: 'accounts' },
      { event: 'message.changed' },
      { accountId: 'b' },
      { text: 'goodbye' },
      { from: '2026-01-02T12:00:01Z' },
      { to: '2026-01-02T11:59:59Z' },
    ] as const;
    expect(others.filter(isFound)).toEqual([]);
  });
});

it('what is not asked for is not sent', () => {
  expect(JSON.stringify(toSearch(NO_EVENT_FILTER))).toBe('{}');
  expect(toSearch({ ...NO_EVENT_FILTER, text: ' x ', from: '2026-01-02T12:00:00Z' })).toMatchObject({
    text: 'x',
    from: '2026-01-02T12:00:00.000Z',
  });
});
