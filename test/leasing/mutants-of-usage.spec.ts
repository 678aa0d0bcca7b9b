import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ASSUME, FACTS, HOLD, LOCK, LOCK_CHANNEL, SETTLE } from '#src/persistence/leasing/usage-statements';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { violations } from './invariants.js';
import { type LeaseStage } from './lease-stage.js';
import { atOnce, both, CALLERS, patched, someoneWaits, SOON, untilWrong, waiting } from './mutants.js';

/** Bugs in the statements of checks and records, each of which the schedules below must see. */

/** Held before all record at once: most of them find nothing. */
const UNITS = 4;
const GATE = 7;
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe('is caught:', () => {
  it('the lock of a check removed: more is held than there is', async () => {
    const bug = { usage: { LOCK: patched(LOCK, 'FOR UPDATE', '') } };
    const ends = await both(postgres, 1, bug, async (stage, triesMax) => {
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
    const bug = { usage: { LOCK_CHANNEL: patched(LOCK_CHANNEL, 'FOR UPDATE', '') } };
    const ends = await both(postgres, CALLERS, bug, async (stage, triesMax) => {
      await stage.limit({ actions: { '*': { max_per_channel_all_accounts: 3 } } });
      return untilWrong(stage, triesMax, async () => {
        for (const id of stage.ids) await stage.allocate({ require: { account_ids: [id] } });
        await atOnce((n) => stage.check(stage.ids[n]!));
        return violations(stage.pool, { daily: 30, channelDaily: 15, channelTotal: 200, allAccounts: 3 });
      });
    });
    expect(ends).toEqual([expect.any(Number), 'never']);
    console.log(`lock of a channel removed: caught in try ${String(ends[0])}`);
  });

  it('a hold that is not bound by its lease', async () => {
    const unbound = patched(HOLD, `interval '1 millisecond', expires_at)`, `interval '1 millisecond', 'infinity')`);
    const ends = await both(postgres, 1, { usage: { HOLD: unbound } }, async (stage) => {
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
    const ends = await both(postgres, 1, { usage: early }, async (stage) => {
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

  it('a hold that does not look at rests: a unit is held for an account that was put to rest meanwhile', async () => {
    const restless = patched(HOLD, 'AND s.cooling_until <= clock_timestamp()', '');
    const ends = await both(postgres, 1, { usage: { HOLD: restless } }, async (stage) => {
      await stage.allocate();
      const other = await stage.pool.connect();
      await other.query('BEGIN; SELECT FROM account_slot FOR NO KEY UPDATE');
      const asked = stage.check(stage.ids[0]!);
      await someoneWaits(stage);
      await other.query(`UPDATE account_slot SET cooling_until = clock_timestamp() + interval '1 hour'; COMMIT`);
      other.release();
      const answer = await asked;
      return answer.ok && answer.value.denied_by;
    });
    expect(ends).toEqual([null, 'account']);
  });

  it('a check that does not look at stops and refusals: a unit is held where nothing more may go', async () => {
    const bug = patched(patched(FACTS, 'AS stopped', 'AND false AS stopped'), 'AS refused', 'AND false AS refused');
    const ends = await both(postgres, 2, { usage: { FACTS: bug } }, async (stage) => {
      const [id, other] = stage.ids as [string, string];
      for (const one of stage.ids) await stage.allocate({ require: { account_ids: [one] } });
      await stage.tellError(id, { error_type: 'PeerFloodError', context: { target_channel_id: 'c1' } });
      await stage.tellError(id, { error_type: 'UserPrivacyRestrictedError', context: { target_id: 'bob' } });
      await stage.check(other, { target_channel_id: 'c1' });
      await stage.check(other, { target_channel_id: 'c2', target_id: 'bob' });
      const found = (await violations(stage.pool)).map((one) => one.split(':')[0]);
      await stage.liftStop('shop', 'invite', 'c1');
      await stage.check(other, { target_channel_id: 'c1' });
      return [...found, (await violations(stage.pool)).length];
    });
    const told = ['allowed in a channel that was stopped', 'allowed to a person who had refused'];
    expect(ends).toEqual([[...told, 2], [0]]);
  });

  it('a hold without its lock on the slot: its lease is given back in the midst of it', async () => {
    const gated = (sql: typeof HOLD) => patched(sql, 'FROM held', `FROM held, pg_advisory_xact_lock(${GATE})`);
    const [bug, healthy] = [patched(HOLD, 'FOR SHARE', ''), HOLD].map((sql) => ({ usage: { HOLD: gated(sql) } }));
    const play = async (stage: LeaseStage): Promise<string> => {
      const [id] = stage.ids as [string];
      await stage.allocate();
      const gate = await stage.pool.connect();
      await gate.query('SELECT pg_advisory_lock($1)', [GATE]);
      const asked = stage.check(id);
      await someoneWaits(stage, 'advisory');
      let end = 'neither';
      const released = stage.release(id).then(() => (end = 'released'));
      await expect.poll(async () => (await waiting(stage, 'transactionid')) > 0 || end !== 'neither', SOON).toBe(true);
      const seen = end === 'neither' ? 'waits' : end;
      await gate.query('SELECT pg_advisory_unlock($1)', [GATE]);
      gate.release();
      expect(await asked).toMatchObject({ value: { allowed: true } });
      await released;
      return seen;
    };
    expect(await both(postgres, 1, bug!, play, healthy)).toEqual(['released', 'waits']);
  });

  it('the lock of a record removed: two settle the same unit', async () => {
    const ends = await both(
      postgres,
      1,
      { usage: { LOCK: patched(LOCK, 'FOR UPDATE', '') } },
      async (stage, triesMax) => {
        const [id] = stage.ids as [string];
        return untilWrong(stage, triesMax, async () => {
          await stage.allocate();
          for (let at = 0; at < UNITS; at += 1) await stage.check(id);
          await atOnce((n) => stage.record(id, { success: n % 2 === 0 }));
          return violations(stage.pool);
        });
      },
    );
    expect(ends).toEqual([expect.any(Number), 'never']);
    console.log(`lock of a record removed: caught in try ${String(ends[0])}`);
  });

  it('a record that is not bound to its lease: it settles what another holds by now', async () => {
    const unbound = patched(SETTLE, 'h.lease_id = $7::uuid AND h.channel', 'h.channel');
    const ends = await both(postgres, 1, { usage: { SETTLE: unbound } }, async (stage) => {
      const [id] = stage.ids as [string];
      const former = await stage.allocate();
      await stage.release(id);
      await stage.allocate({ service_name: 'parser' });
      await stage.check(id);
      const told = await stage.record(id, { success: false, lease_id: former.ok ? former.value.lease_id : null });
      return told.ok && told.value.recorded;
    });
    expect(ends).toEqual(['refunded', 'nothing']);
  });
});
