import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LoggedEvent } from '#libs/contracts/event-log';
import { poolOf } from '#src/persistence/data-source';
import { EventLogRepository } from '#src/persistence/event-log.repository';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import type { EventLog, LogFilter } from './event-log.js';
import { EventTail, type Follower } from './event-tail.js';
import { createLocalEventBus } from './local-event-bus.js';

const SECONDS = { timeout: 60_000, interval: 5 }; // a second alone; beside ten programs a Postgres came back after 17

let postgres: TestPostgres;
let store: Awaited<ReturnType<TestPostgres['openStore']>>;
let tail: EventTail;
let reads: number;
let warned: string[];
/** How long it waits for a transaction under way. A commit of ours may take as long as the machine is busy with others. */
let patienceMs: number;
const bus = createLocalEventBus((error) => {
  throw error;
});
const news = (): void =>
  bus.publish({ event: 'account.updated', accountId: '0196b3f0-0000-7000-8000-000000000000', at: Date.now() });
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  store = await postgres.openStore();
  [reads, warned, patienceMs] = [0, [], 20_000];
  const repository = new EventLogRepository(store);
  const log: EventLog = {
    read: (query) => {
      reads += 1;
      return repository.read({ ...query, patienceMs });
    },
    head: () => repository.head(),
  };
  const say = (_: object, text: string): void => void warned.push(text);
  tail = new EventTail({ log, bus, logger: { info: say, warn: say }, lookEveryMs: 50 });
  return () => tail.close();
});

const write = async (told: string, accountId: string | null = null): Promise<void> => {
  const values = [accountId, JSON.stringify({ told })];
  await poolOf(store).query(`INSERT INTO event (account_id, name, data) VALUES ($1, 'account.updated', $2)`, values);
};

interface Seen extends Follower {
  readonly told: string[];
  readonly places: number[];
  readonly failures: string[];
  place: number | null;
  leave(): void;
}

function follow(after: number | null, filter: LogFilter = {}, pause?: () => Promise<void>): Seen {
  const seen: Seen = {
    after,
    filter,
    told: [],
    places: [],
    failures: [],
    place: null,
    begin: (place) => (seen.place = place),
    receive: (events: readonly LoggedEvent[]) => {
      seen.told.push(...events.map(({ data }) => data['told'] as string));
    },
    async replay(events) {
      seen.receive(events);
      await pause?.();
    },
    fail: (why) => seen.failures.push(why),
    leave: () => undefined,
  };
  seen.leave = tail.follow(seen);
  return seen;
}
const begun = (seen: Seen) => vi.waitFor(() => expect(seen.place).not.toBeNull(), SECONDS);
const sees = (seen: Seen, told: readonly string[]) => vi.waitFor(() => expect(seen.told).toEqual(told), SECONDS);
const numbers = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => `${from + n}`);

describe('who follows the log', () => {
  it('from now on is told what comes, by news at once, and without news a little later', async () => {
    await write('before');
    const seen = follow(null);
    await begun(seen);
    await write('1');
    news();
    await sees(seen, ['1']);
    await write('2');
    await sees(seen, ['1', '2']);
    seen.leave();
  });

  it('from a place is told what came after it, then what comes, without a gap or a double, while much is written', async () => {
    const LAST = 700;
    for (const told of numbers(1, 300)) await write(told);
    const early = follow(0);
    let written = 300;
    const writing = (async () => {
      for (; written < LAST; written += 1) {
        await write(`${written + 1}`);
        news();
      }
    })();
    const later: Seen[] = [];
    for (const from of [320, 380, 440, 500, 560, 620]) {
      await vi.waitFor(() => expect(written).toBeGreaterThan(from), SECONDS);
      later.push(follow(0, {}, () => new Promise((resolve) => setTimeout(resolve, 3))));
    }
    await writing;
    for (const seen of [early, ...later]) await sees(seen, numbers(1, LAST));
    for (const seen of [early, ...later]) seen.leave();
  });

  it('is told only what it asked for, before and after it caught up', async () => {
    const [a, b] = ['0196b3f0-0000-7000-8000-00000000000a', '0196b3f0-0000-7000-8000-00000000000b'];
    await write('a1', a);
    await write('b1', b);
    const seen = follow(0, { accountIds: [a] });
    const other = follow(0, { names: ['message.changed'] });
    await sees(seen, ['a1']);
    await write('b2', b);
    await write('nobody’s');
    await write('a2', a);
    await sees(seen, ['a1', 'a2']);
    expect(other.told).toEqual([]);
    seen.leave();
    other.leave();
  });

  it('waits for a transaction that takes long, which is told once, and misses nothing', async () => {
    patienceMs = 100;
    const seen = follow(null);
    await begun(seen);
    const long = await poolOf(store).connect();
    await long.query('BEGIN; SELECT pg_current_xact_id()');
    await write('1');
    await vi.waitFor(() => expect(warned).toHaveLength(1), SECONDS);
    expect(warned[0]).toContain('a long transaction of the database holds up the event log');
    const readsThen = reads;
    await vi.waitFor(() => expect(reads).toBeGreaterThan(readsThen + 2), SECONDS);
    expect([seen.told, warned.length]).toEqual([[], 1]);
    await long.query('COMMIT');
    long.release();
    await sees(seen, ['1']);
    seen.leave();
  });

  it('keeps its place while the store is away', async () => {
    const seen = follow(null);
    await begun(seen);
    await write('1');
    await sees(seen, ['1']);
    postgres.kill();
    await vi.waitFor(() => expect(warned).toEqual(['the event log can’t be read now; its followers wait']), SECONDS);
    await vi.waitFor(() => write('2'), SECONDS);
    await sees(seen, ['1', '2']);
    await vi.waitFor(() => expect(warned.at(-1)).toBe('the event log can be read again'), SECONDS);
    expect(seen.failures).toEqual([]);
    seen.leave();
  });

  it('from before what is kept is refused', async () => {
    await poolOf(store).query('UPDATE event_log SET forgotten_to = 7');
    const seen = follow(6);
    await vi.waitFor(() => expect(seen.failures).toEqual(['cursor_expired']), SECONDS);
    seen.leave();
  });
});

it('nothing is read with nobody there, nor by one who is gone', async () => {
  const seen = follow(null);
  await begun(seen);
  seen.leave();
  await write('1');
  const before = reads;
  news();
  await new Promise((resolve) => setTimeout(resolve, 150)); // three looks, were there any
  expect(reads).toBe(before);
  expect(seen.told).toEqual([]);
});
