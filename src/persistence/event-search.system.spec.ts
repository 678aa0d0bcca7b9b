import { v7 as uuidV7 } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import { EVENT_SEARCH_SCAN_MAX } from '#libs/contracts/limits/news';
import type { FoundEvents } from '#libs/contracts/event-search';
import type { EventSearchQuery } from '#src/events/event-search';
import { createLogStage } from '#test/support/log-stage';
import { poolOf } from './data-source.js';
import { EventSearchRepository } from './event-search.repository.js';

const stage = createLogStage();
let found: EventSearchRepository;
beforeEach(() => (found = new EventSearchRepository(stage.store)));

const search = (query: Partial<EventSearchQuery> = {}): Promise<FoundEvents> => found.search({ limit: 100, ...query });
const toldIn = ({ items }: FoundEvents) => items.map(({ data }) => data['told']);
/** One event a minute, the first at noon. */
const writeMinutes = (count: number): Promise<unknown> =>
  poolOf(stage.store).query(
    `INSERT INTO event (name, at, data)
     SELECT 'account.updated', '2026-01-01T12:00:00Z'::timestamptz + n * interval '1 minute', json_build_object('told', n)
     FROM generate_series(0, $1::integer - 1) AS n`,
    [count],
  );
const minute = (n: number): number => Date.parse('2026-01-01T12:00:00Z') + n * 60_000;

describe('looking back through the log', () => {
  it('finds nothing in an empty one', async () => {
    expect(await search({ text: 'x', from: 0 })).toEqual({ items: [], nextCursor: null, lookedBackTo: null });
  });

  it('shows the newest first, page by page, to the oldest', async () => {
    for (const told of ['1', '2', '3']) await stage.write(told);
    const first = await search({ limit: 2 });
    expect(toldIn(first)).toEqual(['3', '2']);
    expect(first.lookedBackTo).toBe(first.items[1]!.at);
    const rest = await search({ limit: 2, before: Number(first.nextCursor) });
    expect(toldIn(rest)).toEqual(['1']);
    expect(rest).toMatchObject({ nextCursor: null, lookedBackTo: rest.items[0]!.at });
  });

  it('finds a text as it was written, whatever its letters', async () => {
    for (const told of ['Доброго ранку', '100 % sure', '100 times sure', 'a "quoted"\nline \\ path', 'under_score'])
      await stage.write(told);
    expect(toldIn(await search({ text: 'ДОБРОГО' }))).toEqual(['Доброго ранку']);
    expect(toldIn(await search({ text: '100 % s' }))).toEqual(['100 % sure']);
    expect(toldIn(await search({ text: '"quoted"\nline \\ p' }))).toEqual(['a "quoted"\nline \\ path']);
    expect(toldIn(await search({ text: 'r_s' }))).toEqual(['under_score']);
    expect(toldIn(await search({ text: 'not there' }))).toEqual([]);
  });

  it('keeps to an account, to names, to a time', async () => {
    const [a, b] = [uuidV7(), uuidV7()];
    await stage.write('of a', poolOf(stage.store), a);
    await stage.write('of b', poolOf(stage.store), b);
    expect(toldIn(await search({ accountId: a }))).toEqual(['of a']);
    expect(toldIn(await search({ names: ['account.deleted'] }))).toEqual([]);
    await writeMinutes(500);
    expect(toldIn(await search({ from: minute(100), to: minute(103) }))).toEqual([103, 102, 101, 100]);
    expect(toldIn(await search({ from: minute(498), to: minute(900) }))).toEqual([499, 498]);
    expect(toldIn(await search({ to: minute(-5) }))).toEqual([]);
    expect(await search({ from: Date.now() + 3_600_000 })).toMatchObject({ items: [], nextCursor: null });
  });

  it('goes by time over holes in the ids as well', async () => {
    await writeMinutes(40);
    await poolOf(stage.store).query('DELETE FROM event WHERE id % 3 = 0');
    const left = toldIn(await search());
    for (const n of [0, 7, 20, 39])
      expect(toldIn(await search({ from: minute(n) }))).toEqual(left.filter((told) => Number(told) >= n));
  });

  it('looks through a part of a long log at a time, and says how far it came', async () => {
    await stage.write('the needle');
    await writeMinutes(EVENT_SEARCH_SCAN_MAX);
    const first = await search({ text: 'needle' });
    expect(first).toMatchObject({ items: [], lookedBackTo: new Date(minute(0)).toISOString() });
    const second = await search({ text: 'needle', before: Number(first.nextCursor) });
    expect(toldIn(second)).toEqual(['the needle']);
    expect(second.nextCursor).toBeNull();
    expect(toldIn(await search({ text: 'needle', to: minute(EVENT_SEARCH_SCAN_MAX) }))).toEqual([]);
  });
});
