import type { Client } from 'pg';
import { v7 as uuidV7 } from 'uuid';
import { describe, expect, it, vi } from 'vitest';
import { LOG_SCAN_MAX } from '#libs/contracts/limits/news';
import type { LogPage } from '#src/events/event-log';
import { all, createLogStage, impatient, toldIn } from '#test/support/log-stage';
import { AccountRepository } from './account.repository.js';
import { poolOf } from './data-source.js';
import { EventLogRepository, FORGOTTEN_MAX } from './event-log.repository.js';

const SECONDS = { timeout: 60_000, interval: 5 }; // a second alone; beside ten programs a Postgres came back after 17

const stage = createLogStage();

describe('what is written', () => {
  it('is read at once by whoever comes after the commit, page by page, each line once', async () => {
    for (let n = 1; n <= 5; n += 1) await stage.write(`${n}`);
    const first = (await stage.log.read({ ...all, limit: 3 }))!;
    expect(toldIn(first)).toEqual(['1', '2', '3']);
    expect(first.more).toBe(true);
    const rest = (await stage.log.read({ ...all, after: first.to, limit: 3 }))!;
    expect(toldIn(rest)).toEqual(['4', '5']);
    expect(rest.more).toBe(false);
    expect(await stage.log.read({ ...all, after: rest.to })).toEqual({ events: [], to: rest.to, more: false });
  });

  it('is not jumped over by a commit that comes late, as it is by a reader who goes on behind the last id', async () => {
    await stage.write('before');
    const early = await stage.begin();
    await stage.write('began early, committed late', early);
    await stage.write('began late, committed early');

    const naive = async (after: string) =>
      (await poolOf(stage.store).query<{ id: string }>('SELECT id FROM event WHERE id > $1 ORDER BY id', [after])).rows;
    const seenByNaive = await naive('0');
    const page = (await stage.log.read(impatient))!;
    await early.query('COMMIT');

    expect(await naive(seenByNaive.at(-1)!.id)).toEqual([]); // it never sees the one that was late
    const rest = (await stage.log.read({ ...all, after: page.to }))!;
    expect([...toldIn(page)!, ...toldIn(rest)!]).toEqual([
      'before',
      'began early, committed late',
      'began late, committed early',
    ]);
  });

  it('is waited for, as long as patience lasts', async () => {
    const early = await stage.begin();
    await stage.write('began early', early);
    await stage.write('began late');
    const reading = stage.log.read(all);
    await vi.waitFor(async () => {
      const looks = await poolOf(stage.store).query(
        `SELECT FROM pg_stat_activity WHERE query LIKE '%pg_snapshot_xmin%'`,
      );
      expect(looks.rowCount).toBeGreaterThan(0);
    }, SECONDS);
    await early.query('COMMIT');
    expect(toldIn(await reading)).toEqual(['began early', 'began late']);
  });

  it('is not held up by the hole of a transaction that failed', async () => {
    const failing = await stage.begin();
    await stage.write('never', failing);
    await stage.write('after');
    await failing.query('ROLLBACK');
    expect(toldIn(await stage.log.read(all))).toEqual(['after']);
  });

  it('stands in the order of the changes, also when the earlier transaction waited for the later one’s row', async () => {
    const id = uuidV7();
    await new AccountRepository(stage.store).create({
      id,
      label: 'x',
      provider: 'simulated',
      settings: {},
      nodeId: 'n',
    });
    const change = (by: Pick<Client, 'query'>, told: string) =>
      by.query(
        `WITH changed AS (UPDATE account SET label = $2 WHERE id = $1 RETURNING id, label), logged AS (
           INSERT INTO event (account_id, name, data) SELECT id, 'account.updated', json_build_object('told', label) FROM changed
         ) SELECT FROM changed`,
        [id, told],
      );
    const [older, younger] = [await stage.begin(), await stage.begin()];
    await older.query('SELECT pg_current_xact_id()');
    await change(younger, 'first');
    const waiting = change(older, 'second');
    await younger.query('COMMIT');
    await waiting;
    await older.query('COMMIT');
    const page = await stage.log.read({ ...all, accountIds: [id], names: ['account.updated'] });
    expect(toldIn(page)).toEqual(['first', 'second']);
  });

  it('draws its id after the transaction has its number, also when it is all that the transaction writes', async () => {
    const early = await stage.begin();
    await early.query(`SELECT next_event_id()`);
    const { rows } = await early.query<{ xact: string | null }>('SELECT pg_current_xact_id_if_assigned() AS xact');
    expect(rows[0]?.xact).not.toBeNull();
  });

  it('can be had of some names and some accounts', async () => {
    const [a, b] = [uuidV7(), uuidV7()];
    await stage.write('of nobody');
    await stage.write('of a', poolOf(stage.store), a);
    await stage.write('of b', poolOf(stage.store), b);
    expect(toldIn(await stage.log.read({ ...all, accountIds: [a] }))).toEqual(['of a']);
    expect(toldIn(await stage.log.read({ ...all, accountIds: [a, b] }))).toEqual(['of a', 'of b']);
    expect(toldIn(await stage.log.read({ ...all, names: ['account.created'] }))).toEqual([]);
  });
});

describe('what is rare', () => {
  it('is looked for a part of the log at a time, so that no read takes long', async () => {
    const others = `INSERT INTO event (name, data) SELECT 'account.updated', '{}' FROM generate_series(1, $1::integer)`;
    await poolOf(stage.store).query(others, [LOG_SCAN_MAX]);
    await poolOf(stage.store).query(`INSERT INTO event (name, data) VALUES ('webhook.paused', '{"told": "rare"}')`);
    await poolOf(stage.store).query(others, [10]);
    const wanted = { ...all, names: ['webhook.paused'] as const };
    const first = (await stage.log.read(wanted))!;
    expect(first).toMatchObject({ events: [], more: true });
    const second = (await stage.log.read({ ...wanted, after: first.to }))!;
    expect(toldIn(second)).toEqual(['rare']);
    expect(second.more).toBe(false);
    expect(await stage.log.read({ ...wanted, after: second.to })).toEqual({ events: [], more: false, to: second.to });
  });
});

describe('many writers at once', () => {
  it('are read in full and in one order by everybody, whenever they look', async () => {
    const WRITERS = 8;
    const EACH = 60;
    let writing = WRITERS;
    const writeAll = async (writer: number): Promise<void> => {
      const client = await stage.begin();
      await client.query('ROLLBACK');
      for (let n = 0; n < EACH; n += 1) {
        await client.query('BEGIN');
        await stage.write(`${writer}.${n}`, client);
        if (n % 3 === 0) await client.query('SELECT pg_sleep(0.003)');
        await client.query(n % 10 === 9 ? 'ROLLBACK' : 'COMMIT');
      }
      writing -= 1;
    };
    const follow = async (): Promise<readonly string[]> => {
      const seen: string[] = [];
      const own = new EventLogRepository(stage.store);
      for (let after: number | null = null, last = false; !last; ) {
        last = writing === 0;
        const page: LogPage = (await own.read({ ...all, after, limit: 50 }))!;
        seen.push(...toldIn(page)!);
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
  });
});

describe('what was kept long enough', () => {
  const age = (days: number) =>
    poolOf(stage.store).query(
      `UPDATE event SET at = now() - make_interval(days => $1) WHERE at > now() - interval '1 hour'`,
      [days],
    );

  it('goes from the beginning of the log, and a cursor from before is refused instead of served with a gap', async () => {
    await stage.write('old');
    const old = (await stage.log.read(all))!.to;
    await stage.write('old, too');
    await age(31);
    await stage.write('young');
    expect(await stage.log.forget(30)).toBe(2);
    expect(await stage.log.forget(30)).toBe(0);
    expect(await stage.log.read({ ...all, after: old })).toBeNull();
    expect(toldIn(await stage.log.read(all))).toEqual(['young']);
    expect(toldIn(await stage.log.read({ ...all, after: old + 1 }))).toEqual(['young']);
  });

  it('goes in parts', async () => {
    await poolOf(stage.store).query(
      `INSERT INTO event (name, at, data) SELECT 'account.updated', now() - interval '2 days', '{}' FROM generate_series(1, $1)`,
      [FORGOTTEN_MAX + 5],
    );
    expect(await stage.log.forget(1)).toBe(FORGOTTEN_MAX + 5);
    expect(await stage.log.forget(1)).toBe(0);
  });
});
