import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogPage, LogQuery } from '#src/events/event-log';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { AccountRepository } from './account.repository.js';
import { poolOf } from './data-source.js';
import { EventLogRepository, FORGOTTEN_MAX } from './event-log.repository.js';

const SECONDS = { timeout: 10_000, interval: 5 };

let postgres: TestPostgres;
let store: DataSource;
let log: EventLogRepository;
const writers: Client[] = [];
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  store = await postgres.openStore();
  log = new EventLogRepository(store);
  return () => Promise.all(writers.splice(0).map((writer) => writer.end()));
});

const all: LogQuery = { after: null, limit: 1_000, patienceMs: 5_000 };
const impatient: LogQuery = { ...all, patienceMs: 0 };
const namesOf = (page: LogPage | null): readonly string[] | undefined =>
  page?.events.map(({ data }) => data['told'] as string);
const write = (told: string, by: Pick<Client, 'query'> = poolOf(store), accountId: string | null = null) =>
  by.query(
    `INSERT INTO event (account_id, name, data) VALUES ($1, 'account.updated', json_build_object('told', $2::text))`,
    [accountId, told],
  );
/** A transaction of its own, which is under way. */
async function begin(): Promise<Client> {
  const writer = new Client({ connectionString: (store.options as { readonly url: string }).url });
  writers.push(writer);
  await writer.connect();
  await writer.query('BEGIN');
  return writer;
}

describe('what is written', () => {
  it('is read at once by whoever comes after the commit, page by page, each line once', async () => {
    for (let n = 1; n <= 5; n += 1) await write(`${n}`);
    const first = (await log.read({ ...all, limit: 3 }))!;
    expect(namesOf(first)).toEqual(['1', '2', '3']);
    expect(first.more).toBe(true);
    const rest = (await log.read({ ...all, after: first.to, limit: 3 }))!;
    expect(namesOf(rest)).toEqual(['4', '5']);
    expect(rest.more).toBe(false);
    expect(await log.read({ ...all, after: rest.to })).toEqual({ events: [], to: rest.to, more: false });
  });

  it('is not jumped over by a commit that comes late, as it is by a reader who goes on behind the last id', async () => {
    await write('before');
    const early = await begin();
    await write('began early, committed late', early);
    await write('began late, committed early');

    const naive = async (after: string) =>
      (await poolOf(store).query<{ id: string }>('SELECT id FROM event WHERE id > $1 ORDER BY id', [after])).rows;
    const seenByNaive = await naive('0');
    const page = (await log.read(impatient))!;
    await early.query('COMMIT');

    expect(await naive(seenByNaive.at(-1)!.id)).toEqual([]); // it never sees the one that was late
    const rest = (await log.read({ ...all, after: page.to }))!;
    expect([...namesOf(page)!, ...namesOf(rest)!]).toEqual([
      'before',
      'began early, committed late',
      'began late, committed early',
    ]);
  });

  it('is waited for, as long as patience lasts', async () => {
    const early = await begin();
    await write('began early', early);
    await write('began late');
    const reading = log.read(all);
    await vi.waitFor(async () => {
      const looks = await poolOf(store).query(`SELECT FROM pg_stat_activity WHERE query LIKE '%pg_snapshot_xmin%'`);
      expect(looks.rowCount).toBeGreaterThan(0);
    }, SECONDS);
    await early.query('COMMIT');
    expect(namesOf(await reading)).toEqual(['began early', 'began late']);
  });

  it('is not held up by the hole of a transaction that failed', async () => {
    const failing = await begin();
    await write('never', failing);
    await write('after');
    await failing.query('ROLLBACK');
    expect(namesOf(await log.read(all))).toEqual(['after']);
  });

  it('stands in the order of the changes, also when the earlier transaction waited for the later one’s row', async () => {
    const id = uuidV7();
    await new AccountRepository(store).create({ id, label: 'x', provider: 'simulated', settings: {}, nodeId: 'n' });
    const change = (by: Pick<Client, 'query'>, told: string) =>
      by.query(
        `WITH changed AS (UPDATE account SET label = $2 WHERE id = $1 RETURNING id, label), logged AS (
           INSERT INTO event (account_id, name, data) SELECT id, 'account.updated', json_build_object('told', label) FROM changed
         ) SELECT FROM changed`,
        [id, told],
      );
    const [older, younger] = [await begin(), await begin()];
    await older.query('SELECT pg_current_xact_id()');
    await change(younger, 'first');
    const waiting = change(older, 'second');
    await younger.query('COMMIT');
    await waiting;
    await older.query('COMMIT');
    const page = await log.read({ ...all, accountIds: [id], names: ['account.updated'] });
    expect(namesOf(page)).toEqual(['first', 'second']);
  });

  it('draws its id after the transaction has its number, also when it is all that the transaction writes', async () => {
    const early = await begin();
    await early.query(`SELECT next_event_id()`);
    const { rows } = await early.query<{ xact: string | null }>('SELECT pg_current_xact_id_if_assigned() AS xact');
    expect(rows[0]?.xact).not.toBeNull();
  });

  it('can be had of some names and some accounts', async () => {
    const [a, b] = [uuidV7(), uuidV7()];
    await write('of nobody');
    await write('of a', poolOf(store), a);
    await write('of b', poolOf(store), b);
    expect(namesOf(await log.read({ ...all, accountIds: [a] }))).toEqual(['of a']);
    expect(namesOf(await log.read({ ...all, accountIds: [a, b] }))).toEqual(['of a', 'of b']);
    expect(namesOf(await log.read({ ...all, names: ['account.created'] }))).toEqual([]);
  });
});

describe('many writers at once', () => {
  it('are read in full and in one order by everybody, whenever they look', async () => {
    const WRITERS = 8;
    const EACH = 60;
    let writing = WRITERS;
    const writeAll = async (writer: number): Promise<void> => {
      const client = await begin();
      await client.query('ROLLBACK');
      for (let n = 0; n < EACH; n += 1) {
        await client.query('BEGIN');
        await write(`${writer}.${n}`, client);
        if (n % 3 === 0) await client.query('SELECT pg_sleep(0.003)');
        await client.query(n % 10 === 9 ? 'ROLLBACK' : 'COMMIT');
      }
      writing -= 1;
    };
    const follow = async (): Promise<readonly string[]> => {
      const seen: string[] = [];
      const own = new EventLogRepository(store);
      for (let after: number | null = null, last = false; !last; ) {
        last = writing === 0;
        const page: LogPage = (await own.read({ ...all, after, limit: 50 }))!;
        seen.push(...namesOf(page)!);
        after = page.to;
        last &&= !page.more;
      }
      return seen;
    };
    const writers = Array.from({ length: WRITERS }, (_, n) => writeAll(n));
    const [one, other] = await Promise.all([follow(), follow(), ...writers]);
    expect(one).toEqual(other);
    expect(one).toHaveLength(WRITERS * EACH * 0.9);
    expect(new Set(one).size).toBe(one.length);
  }, 30_000);
});

describe('the ids', () => {
  it('never come twice, even when an older copy of the database is put in place', async () => {
    await log.begin();
    await write('in the copy');
    const url = await postgres.copyDatabase(store);
    await write('lost with the original');
    const cursorFromTheOriginal = (await log.read(all))!.to;

    store = await postgres.openStore(url);
    log = new EventLogRepository(store);
    await log.begin();
    await write('after the copy came back');
    expect(namesOf(await log.read({ ...all, after: cursorFromTheOriginal }))).toEqual(['after the copy came back']);
  });
});

describe('what was kept long enough', () => {
  const age = (days: number) =>
    poolOf(store).query(
      `UPDATE event SET at = now() - make_interval(days => $1) WHERE at > now() - interval '1 hour'`,
      [days],
    );

  it('goes from the beginning of the log, and a cursor from before is refused instead of served with a gap', async () => {
    await write('old');
    const old = (await log.read(all))!.to;
    await write('old, too');
    await age(31);
    await write('young');
    expect(await log.forget(30)).toBe(2);
    expect(await log.forget(30)).toBe(0);
    expect(await log.read({ ...all, after: old })).toBeNull();
    expect(namesOf(await log.read(all))).toEqual(['young']);
    expect(namesOf(await log.read({ ...all, after: old + 1 }))).toEqual(['young']);
  });

  it('goes in parts', async () => {
    await poolOf(store).query(
      `INSERT INTO event (name, at, data) SELECT 'account.updated', now() - interval '2 days', '{}' FROM generate_series(1, $1)`,
      [FORGOTTEN_MAX + 5],
    );
    expect(await log.forget(1)).toBe(FORGOTTEN_MAX + 5);
    expect(await log.forget(1)).toBe(0);
  });
});
