import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OFFER_MS_MAX } from '#libs/contracts/limits/leasing';
import { EXTEND, GRANT } from '#src/persistence/leasing/lease-statements';
import { ACCEPT } from '#src/persistence/leasing/offer-statements';
import { ASSUME, FACTS, HOLD, LOCK, USAGE_STATEMENTS } from '#src/persistence/leasing/usage-statements';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { violations } from './invariants.js';
import { type LeaseStage, openLeaseStage, type PatchedSql } from './lease-stage.js';

/**
 * Bugs that programs of this kind have, put into the very statements, each of which the schedules below must see. The last
 * is the one that the simulation can't have (test/simulation/bugs.ts): the renewal of a lease that has expired.
 */
const MINUTE_MS = 60_000;
const CALLERS = 24;
/** A race that is there is lost in one try of two, on some machines in one of ten; what was needed is told. */
const TRIES_MAX = 100;
/** Without the bug. */
const TRIES_OF_HEALTHY = 6;
const SOON = { timeout: 10_000, interval: 5 };
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

/** The statement with a bug in it. That the text to replace is there is part of it. */
function patched<S extends { readonly name: string; readonly text: string }>(sql: S, from: string, to: string): S {
  if (!sql.text.includes(from)) throw new Error(`${sql.name} has no ${from}`);
  return { ...sql, text: sql.text.replaceAll(from, to) };
}
const atOnce = <T>(work: (n: number) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: CALLERS }, (_, n) => work(n)));
/** How a schedule ends with the bug, and how without it. */
async function both(
  accounts: number,
  bug: PatchedSql,
  play: (stage: LeaseStage, triesMax: number) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const ends: unknown[] = [];
  for (const [sql, triesMax] of [[bug, TRIES_MAX] as const, [{}, TRIES_OF_HEALTHY] as const]) {
    const stage = await openLeaseStage(postgres, accounts, sql);
    try {
      ends.push(await play(stage, triesMax));
    } finally {
      await stage.store.destroy();
    }
  }
  return ends;
}
/** Until something is wrong; at most so often. */
async function untilWrong(
  stage: LeaseStage,
  triesMax: number,
  play: () => Promise<readonly string[]>,
): Promise<number | 'never'> {
  for (let tries = 1; tries <= triesMax; tries += 1) {
    await stage.forget();
    if ((await play()).length > 0) return tries;
  }
  return 'never';
}
/** Resolves when some statement of this database waits for a lock. */
const someoneWaits = async ({ pool }: LeaseStage): Promise<string> => {
  const text = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await expect.poll(async () => (await pool.query(text)).rowCount, SOON).toBeGreaterThan(0);
  return 'waits';
};

describe('is caught:', () => {
  it('the lock of a check removed: more is held than there is', async () => {
    const bug = { usage: { LOCK: patched(LOCK, 'FOR UPDATE', '') } };
    const ends = await both(1, bug, async (stage, triesMax) => {
      const [id] = stage.ids as [string];
      await stage.limit({ actions: { '*': { daily_limit: 3 } } });
      return untilWrong(stage, triesMax, async () => {
        await stage.allocate();
        await atOnce(() => stage.check(id));
        return violations(stage.pool, { daily: 3, channelDaily: 15, channelTotal: 200 });
      });
    });
    expect(ends).toEqual([expect.any(Number), 'never']);
    console.log(`lock of a check removed: caught in try ${String(ends[0])}`);
  });

  it('the lock of a channel removed: its bound over all accounts is passed', async () => {
    const bug = { usage: { LOCK_CHANNEL: patched(USAGE_STATEMENTS.LOCK_CHANNEL, 'FOR UPDATE', '') } };
    const ends = await both(CALLERS, bug, async (stage, triesMax) => {
      await stage.limit({ actions: { '*': { max_per_channel_all_accounts: 3 } } });
      return untilWrong(stage, triesMax, async () => {
        for (const id of stage.ids) await stage.allocate({ require: { account_ids: [id] } });
        const answers = await atOnce((n) => stage.check(stage.ids[n]!));
        return answers.flatMap((answer) => (answer.ok && answer.value.allowed ? ['held'] : [])).slice(3);
      });
    });
    expect(ends).toEqual([expect.any(Number), 'never']);
    console.log(`lock of a channel removed: caught in try ${String(ends[0])}`);
  });

  it('SKIP LOCKED removed: who wants any account waits for the one that somebody else is getting', async () => {
    const ends = await both(2, { lease: { GRANT: patched(GRANT, 'SKIP LOCKED', '') } }, async (stage) => {
      const other = await stage.pool.connect();
      await other.query('BEGIN');
      await other.query('SELECT FROM account_slot WHERE account_id = $1 FOR UPDATE', [stage.ids[0]]);
      const asked = stage.allocate();
      const end = await Promise.race([someoneWaits(stage).catch(() => 'neither'), asked.then(() => 'answered')]);
      await other.query('ROLLBACK');
      other.release();
      await asked;
      return end;
    });
    expect(ends).toEqual(['waits', 'answered']);
  });

  it('the check of expiry moved into code: two hold one account', async () => {
    const unchecked = patched(GRANT, 's.expires_at <= clock_timestamp() AND', '');
    const ends = await both(1, { lease: { GRANT: unchecked } }, async (stage) => {
      // What code of that kind does: it looks first, as all others do at once, and then takes.
      const looks = await atOnce(() => stage.leases.look(1));
      expect(looks.every(([slot]) => slot!.leasedUntil === null)).toBe(true);
      await atOnce((n) => stage.allocate({ service_name: `s${n}` }));
      return (await violations(stage.pool)).length > 0;
    });
    expect(ends).toEqual([true, false]);
  });

  it('the fence not raised: a second lease under the same fence', async () => {
    const ends = await both(
      1,
      { lease: { GRANT: patched(GRANT, 'fence = s.fence + 1', 'fence = greatest(s.fence, 1)') } },
      async (stage) => {
        const [id] = stage.ids as [string];
        const first = await stage.allocate();
        await stage.release(id);
        const second = await stage.allocate().catch(() => 'refused by the store');
        return first.ok && typeof second === 'object' && second.ok && second.value.fence > first.value.fence;
      },
    );
    expect(ends).toEqual([false, true]);
  });

  it('a hold that is not bound by its lease', async () => {
    const unbound = patched(HOLD, `interval '1 millisecond', expires_at)`, `interval '1 millisecond', 'infinity')`);
    const ends = await both(1, { usage: { HOLD: unbound } }, async (stage) => {
      await stage.allocate({ timeout_minutes: 1 });
      await stage.check(stage.ids[0]!);
      return violations(stage.pool);
    });
    expect(ends).toEqual([[expect.stringContaining('hold outside of its lease')], []]);
  });

  it('the clock sampled before the lock: a unit is held under a lease that ran out meanwhile', async () => {
    const early = Object.fromEntries(
      Object.entries({ ASSUME, FACTS, HOLD }).map(([name, sql]) => [name, patched(sql, 'clock_timestamp()', 'now()')]),
    );
    const ends = await both(1, { usage: early }, async (stage) => {
      const [id] = stage.ids as [string];
      await stage.allocate();
      const other = await stage.pool.connect();
      await other.query('BEGIN; SELECT FROM account_counter FOR UPDATE');
      const asked = stage.check(id);
      await someoneWaits(stage); // its transaction has begun, and its now() stands
      await stage.pool.query(`UPDATE account_slot SET expires_at = clock_timestamp()`);
      await stage.pool.query(`UPDATE lease SET expires_at = (SELECT expires_at FROM account_slot)`);
      await other.query('ROLLBACK');
      other.release();
      const answer = await asked;
      return answer.ok && answer.value.allowed;
    });
    expect(ends).toEqual([true, false]);
  });

  it('the acceptance of an offer that has expired', async () => {
    const late = patched(ACCEPT, 'AND s.expires_at > clock_timestamp()', '');
    const ends = await both(1, { lease: { ACCEPT: late } }, async (stage) => {
      await stage.tellError(stage.ids[0]!, { error_type: 'unknown' });
      await stage.letPass(16 * MINUTE_MS);
      let answer!: () => void;
      stage.answers.after = new Promise((resolve) => (answer = resolve));
      const allocated = stage.allocate({ timeout_minutes: 5 });
      await expect.poll(() => stage.probes.length, SOON).toBe(1);
      await stage.letPass(OFFER_MS_MAX);
      answer();
      const asked = await allocated;
      const told = (await violations(stage.pool)).map((one) => one.split(':')[0]);
      const { items } = await stage.ledger.list({ what: 'lease', limit: 10 });
      return [asked.ok, told, items.map(({ decision }) => decision)];
    });
    expect(ends).toEqual([
      [true, ['lease that was over was renewed'], ['offered', 'accepted']],
      [true, [], ['offered', 'granted']],
    ]);
  });

  it('the renewal of a lease that has expired', async () => {
    const late = patched(EXTEND, 'AND s.expires_at > clock_timestamp()', '');
    const ends = await both(1, { lease: { EXTEND: late } }, async (stage) => {
      const [id] = stage.ids as [string];
      await stage.allocate({ timeout_minutes: 5 });
      await stage.letPass(5 * MINUTE_MS);
      const renewed = await stage.extend(id);
      return [renewed.ok, (await violations(stage.pool)).map((one) => one.split(':')[0])];
    });
    expect(ends).toEqual([
      [true, ['lease that was over was renewed']],
      [false, []],
    ]);
  });
});
