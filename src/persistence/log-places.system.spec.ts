import type { QueryConfig } from 'pg';
import type { DataSource } from 'typeorm';
import { describe, expect, it, vi } from 'vitest';
import { all, createLogStage, impatient, toldIn } from '#test/support/log-stage';
import { poolOf } from './data-source.js';
import { EventLogRepository } from './event-log.repository.js';

const SECONDS = { timeout: 60_000, interval: 5 }; // a second alone; beside ten programs a Postgres came back after 17

const stage = createLogStage();

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => undefined;
  return { given: new Promise((resolve) => (give = resolve)), give: () => give() };
}

describe('a reader’s place', () => {
  it('is never beyond what it has read, also when patience ends as another reader finds more decided', async () => {
    await stage.write('before');
    const [first, second] = [await stage.begin(), await stage.begin()];
    await stage.write('of the first', first);
    let whenAnswered = async (): Promise<void> => undefined;
    const pool = poolOf(stage.store);
    const slow = {
      async query(asked: QueryConfig): Promise<unknown> {
        const answer = await pool.query(asked);
        if (typeof asked.values?.[4] === 'number') await whenAnswered(); // of an impatient read
        return answer;
      },
    };
    const own = new EventLogRepository({ driver: { master: slow } } as unknown as DataSource);
    await stage.write('while it is under way');
    await own.read(impatient);
    const early = own.read({ ...all, patienceMs: 5_000 });
    await vi.waitFor(async () => {
      const looks = await pool.query(`SELECT FROM pg_stat_activity WHERE query LIKE '%pg_snapshot_xmin%'`);
      expect(looks.rowCount).toBeGreaterThan(0);
    }, SECONDS);
    await stage.write('of the second', second); // its number is above the early reader’s mark, and holds up the later reader
    const [answered, go] = [signal(), signal()];
    whenAnswered = () => (answered.give(), go.given);
    const late = own.read(impatient);
    await answered.given;
    await first.query('COMMIT');
    await early; // what it waited for is decided now
    go.give();
    const page = (await late)!;
    await second.query('COMMIT');
    const rest = (await stage.log.read({ ...all, after: page.to }))!;
    expect([...toldIn(page)!, ...toldIn(rest)!]).toEqual([
      'before',
      'of the first',
      'while it is under way',
      'of the second',
    ]);
  });

  it('is never beyond what is on the disk: ids that were drawn in vain before a crash come again', async () => {
    await stage.log.begin();
    await stage.write('before');
    await poolOf(stage.store).query(`SELECT setval('event_id', last_value) FROM event_id`); // the next id is written down anew
    const failing = await stage.begin();
    for (let n = 0; n < 5; n += 1) await stage.write('never', failing);
    await failing.query('ROLLBACK');
    const page = (await stage.log.read(all))!;
    const head = await stage.log.head();
    const startedAt = async () =>
      (await poolOf(stage.store).query<{ at: Date }>('SELECT pg_postmaster_start_time() AS at')).rows[0]!.at.getTime();
    const before = await startedAt();
    stage.postgres.kill();
    await vi.waitFor(async () => expect(await startedAt()).not.toBe(before), { ...SECONDS, interval: 100 });
    await stage.write('after the crash');
    expect(toldIn(await stage.log.read({ ...all, after: page.to }))).toEqual(['after the crash']);
    expect(toldIn(await stage.log.read({ ...all, after: head }))).toEqual(['after the crash']);
  });
});

describe('the ids', () => {
  it('never come twice, even when an older copy of the database is put in place', async () => {
    await stage.log.begin();
    await stage.write('in the copy');
    const url = await stage.postgres.copyDatabase(stage.store);
    await stage.write('lost with the original');
    const cursorFromTheOriginal = (await stage.log.read(all))!.to;

    stage.store = await stage.postgres.openStore(url);
    stage.log = new EventLogRepository(stage.store);
    await stage.log.begin();
    await stage.write('after the copy came back');
    expect(toldIn(await stage.log.read({ ...all, after: cursorFromTheOriginal }))).toEqual([
      'after the copy came back',
    ]);
  });
});
