import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '#libs/contracts/event-log';
import type { MusterClient } from '#libs/client/client';
import { NO_EVENT_FILTER } from './event-filter.js';
import { lookBack, NOTHING_FOUND, withNewer, withOlder } from './found-events.js';

const event = (id: number): LoggedEvent => ({ id: String(id), cursor: String(id) }) as LoggedEvent;
const ids = (found: typeof NOTHING_FOUND) => found.events.map(({ id }) => Number(id));
const page = (...of: readonly number[]) => ({
  items: of.map(event),
  nextCursor: '3',
  lookedBackTo: '2026-01-02T12:00:00.000Z',
});

describe('what is shown of the log', () => {
  it('has the newest first, each once, whichever way it came', () => {
    const shown = withNewer(withOlder(NOTHING_FOUND, page(9, 7)), [event(8), event(9), event(10)]);
    expect(ids(shown)).toEqual([10, 9, 8, 7]);
    expect(ids(withOlder(shown, page(7, 5)))).toEqual([10, 9, 8, 7, 5]);
  });

  it('stays as it is when nothing came', () => {
    const shown = withOlder(NOTHING_FOUND, page(9));
    expect(withNewer(shown, [event(9)])).toBe(shown);
    expect(withOlder(shown, { items: [], nextCursor: null, lookedBackTo: null })).toMatchObject({
      nextCursor: null,
      lookedBackTo: '2026-01-02T12:00:00.000Z',
    });
  });

  it('lets the oldest go when too much was told live, and can show them again', () => {
    const many = withNewer(
      withOlder(NOTHING_FOUND, page(1)),
      Array.from({ length: 1_000 }, (_, i) => event(i + 2)),
    );
    expect(many.events).toHaveLength(1_000);
    expect(many.nextCursor).toBe('2');
  });
});

describe('a search', () => {
  /** A log in which only the part that ends at `there` has something. */
  const log = (there: number) => {
    const asked: (string | undefined)[] = [];
    const search = async ({ before }: { readonly before?: string } = {}) => {
      asked.push(before);
      const place = Number(before ?? 100);
      return { ...page(...(place === there ? [place - 1] : [])), nextCursor: place === 0 ? null : String(place - 1) };
    };
    return { asked, muster: { events: { search } } as unknown as Pick<MusterClient, 'events'> };
  };

  it('goes on until something is found', async () => {
    const { asked, muster } = log(97);
    expect((await lookBack(muster, NO_EVENT_FILTER, null)).items).toEqual([event(96)]);
    expect(asked).toEqual([undefined, '99', '98', '97']);
  });

  it('asks a person before it goes on for ever', async () => {
    const { asked, muster } = log(-1);
    expect(await lookBack(muster, NO_EVENT_FILTER, '50')).toMatchObject({ items: [], nextCursor: '40' });
    expect(asked).toHaveLength(10);
  });
});
