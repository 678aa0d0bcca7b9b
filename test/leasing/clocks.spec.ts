import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { type LeaseStage, openLeaseStage } from './lease-stage.js';

/** Further than any day of a time zone is long. */
const AHEAD_MS = 50 * 3_600_000;
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
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + AHEAD_MS });
});
afterEach(() => void vi.useRealTimers());

it('a runtime whose clock is days ahead tells what was done today, and when that day ends, by the clock of the database', async () => {
  await stage.allocate();
  await stage.check(id);
  await stage.record(id);
  const status = await stage.status(id);
  if (!status.ok) throw new Error(status.why);
  expect(status.value).toMatchObject({
    daily: { invite: { used: 1 } },
    per_channel_limits: { c1: { used_today: 1, total: 1 } },
  });
  const { rows } = await stage.pool.query<{ ends: Date }>(ENDS_OF_DAY);
  expect(rows.map(({ ends }) => ends.toISOString())).toContain(status.value.day_ends_at);
});

it('a runtime whose clock is days ahead tells which accounts have recovered today by the clock of the database', async () => {
  await stage.pool.query(`UPDATE account_slot SET cooling_cause = 'flood_wait', cooling_until = clock_timestamp()`);
  const told = await stage.health.recovery();
  expect(told).toMatchObject({ cooling: [], recovered_today: { count: 1, by_cause: { flood_wait: 1 } } });
});

/** Of the day of now, and of the one before, if that has ended just now. */
const ENDS_OF_DAY = `
SELECT date_trunc('day', t.at, 'UTC') + interval '1 day' AS ends
FROM unnest(ARRAY[clock_timestamp(), clock_timestamp() - interval '1 minute']) AS t (at)`;
