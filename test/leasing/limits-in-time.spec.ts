import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LimitChanges } from '#libs/contracts/account-manager/lease-limits';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { violations } from './invariants.js';
import { type LeaseStage, openLeaseStage } from './lease-stage.js';

/** Limits that depend on the hour, the last unit, or the age of an account: asked of the database, by its clock. */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let postgres: TestPostgres;
let stage: LeaseStage;
let id: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  stage = await openLeaseStage(postgres, 1);
  [id] = stage.ids as [string];
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await stage.forget();
  await stage.allocate({ timeout_minutes: 60 });
  return async () => {
    await stage.limit(null);
    expect(await violations(stage.pool)).toEqual([]);
  };
});

async function check(limits: LimitChanges) {
  await stage.limit(limits);
  const outcome = await stage.check(id);
  if (!outcome.ok) throw new Error(outcome.why);
  return outcome.value;
}
/** By the clock of the database, in UTC. */
const now = async (): Promise<number> =>
  (await stage.pool.query<{ at: Date }>('SELECT clock_timestamp() AS at')).rows[0]!.at.getTime();
const timeOfDay = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

describe('a check is denied', () => {
  it('in quiet hours, until they end, and allowed outside of them', async () => {
    const at = await now();
    const end = Math.floor((at + 2 * HOUR_MS) / 60_000) * 60_000;
    const quiet = (from: number, to: number) => ({ quiet_hours: { from: timeOfDay(from), to: timeOfDay(to) } });
    const denied = await check(quiet(at - HOUR_MS, end));
    expect(denied).toMatchObject({ allowed: false, denied_by: 'quiet_hours', reservation_id: null });
    expect(at + denied.retry_after_ms!).toBeGreaterThan(end - 60_000);
    expect(at + denied.retry_after_ms!).toBeLessThanOrEqual(end);
    expect(await check(quiet(at + HOUR_MS, end))).toMatchObject({ allowed: true, denied_by: null });
  });

  it('until the least gap since the last has passed, of whichever channel that was', async () => {
    const limits = { actions: { invite: { min_gap_ms: HOUR_MS / 2 } } };
    expect(await check(limits)).toMatchObject({ allowed: true });
    const denied = await stage.check(id, { target_channel_id: 'c2' });
    expect(denied).toMatchObject({ value: { allowed: false, denied_by: 'min_gap' } });
    const wait = denied.ok ? denied.value.retry_after_ms! : 0;
    expect(wait).toBeGreaterThan(HOUR_MS / 2 - 60_000);
    await stage.letPass(wait);
    expect(await check(limits)).toMatchObject({ allowed: true });
  });

  it('beyond the part that a young account may do, and allowed up to the whole when it is older', async () => {
    const age = async (days: number) => ({
      actions: { invite: { daily_limit: 4 } },
      registered_at: dateOf((await now()) - days * DAY_MS),
      young_account: { days: 14, percent: 50 },
    });
    const young = await age(1);
    for (const used of [0, 1])
      expect(await check(young)).toMatchObject({ allowed: true, checks: { daily: { used, limit: 2 } } });
    expect(await check(young)).toMatchObject({ denied_by: 'daily', checks: { daily: { used: 2, limit: 2 } } });
    expect(await check(await age(15))).toMatchObject({ allowed: true, checks: { daily: { used: 2, limit: 4 } } });
  });
});
