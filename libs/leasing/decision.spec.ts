import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, type LeaseLimits } from '#libs/contracts/account-manager/lease-limits';
import { decide, type UsageFacts, usedInDay } from './decision.js';
import { calendarDay, DAY_MS } from './window.js';

const HOUR_MS = 3_600_000;
const NOON = Date.parse('2026-11-21T12:00Z');
const base = DEFAULT_LIMITS.actions['*']!;
const limited = (one: Partial<typeof base>, more: Partial<LeaseLimits> = {}): LeaseLimits => ({
  ...DEFAULT_LIMITS,
  ...more,
  actions: { '*': { ...base, ...one } },
});
const facts = (hoursAgo: readonly number[], more: Partial<UsageFacts> = {}): UsageFacts => ({
  nowMs: NOON,
  recent: hoursAgo.map((hours) => ({ atMs: NOON - hours * HOUR_MS, inChannel: true })),
  channelTotal: hoursAgo.length,
  channelAllAccounts: hoursAgo.length,
  ...more,
});

describe('a check', () => {
  it('is allowed while something remains of every limit, and says how much', () => {
    const decision = decide(limited({ daily_limit: 3 }), 'invite', facts([1, 2]), []);
    expect(decision).toMatchObject({
      allowed: true,
      denied_by: null,
      retry_after_ms: null,
      checks: {
        daily: { used: 2, limit: 3, remaining: 1 },
        per_channel: { used: 2, limit: 15, remaining: 13 },
        per_channel_total: { used: 2, limit: 200, remaining: 198 },
        channel_all_accounts: { used: 2, limit: null, remaining: null },
      },
    });
  });

  it('counts the calendar day and any 24 hours, and says when the later of both is free', () => {
    // 20 and 14 hours ago were yesterday; the rolling day counts them all the same
    const decision = decide(limited({ daily_limit: 2 }), 'invite', facts([20, 14]), []);
    expect(decision).toMatchObject({ allowed: false, denied_by: 'daily', retry_after_ms: 4 * HOUR_MS });
    // A day of 25 hours: what was done in its first minute is still today after 24 hours.
    const { startMs, endMs } = calendarDay(Date.parse('2026-10-25T12:00Z'), 'Europe/Kyiv');
    const late = {
      nowMs: startMs + 24.5 * HOUR_MS,
      recent: [{ atMs: startMs, inChannel: true }],
      channelTotal: 1,
      channelAllAccounts: 1,
    };
    const kyiv = limited({ daily_limit: 1 }, { time_zone: 'Europe/Kyiv' });
    expect(decide(kyiv, 'invite', late, [])).toMatchObject({ denied_by: 'daily', retry_after_ms: endMs - late.nowMs });
  });

  it('names the first that denies, and waits for all of them', () => {
    const limits = limited(
      { min_gap_ms: 2 * HOUR_MS, daily_limit: 1 },
      { quiet_hours: { from: '11:00', to: '15:00' } },
    );
    expect(decide(limits, 'invite', facts([1]), [])).toMatchObject({
      denied_by: 'quiet_hours',
      retry_after_ms: 23 * HOUR_MS,
    });
    expect(decide(limited({ min_gap_ms: 2 * HOUR_MS }), 'invite', facts([1]), [])).toMatchObject({
      denied_by: 'min_gap',
      retry_after_ms: HOUR_MS,
    });
    const cooling = [{ by: 'account', untilMs: NOON + 100 * HOUR_MS }] as const;
    expect(decide(limits, 'invite', facts([1]), cooling)).toMatchObject({
      denied_by: 'account',
      retry_after_ms: 100 * HOUR_MS,
    });
  });

  it('does not promise what no time will bring', () => {
    const full = facts([], { channelTotal: 200, channelAllAccounts: 200 });
    expect(decide(DEFAULT_LIMITS, 'invite', full, [])).toMatchObject({
      denied_by: 'per_channel_total',
      retry_after_ms: null,
    });
    const capped = limited({ max_per_channel_all_accounts: 200, max_per_channel_total: 300 });
    expect(decide(capped, 'invite', full, [])).toMatchObject({
      denied_by: 'channel_all_accounts',
      retry_after_ms: null,
    });
    expect(decide(limited({ daily_limit: 0 }), 'invite', facts([]), [])).toMatchObject({
      denied_by: 'daily',
      retry_after_ms: null,
    });
    expect(
      decide(DEFAULT_LIMITS, 'invite', facts([]), [{ by: 'target_refused', untilMs: null }]).retry_after_ms,
    ).toBeNull();
  });

  it('without a channel looks at the day alone', () => {
    const unnamed = facts([1], { channelTotal: null, channelAllAccounts: null });
    expect(decide(DEFAULT_LIMITS, 'contact', unnamed, []).checks).toMatchObject({
      per_channel: null,
      per_channel_total: null,
    });
  });
});

describe('whoever asks whenever it is told that there is room', () => {
  const zones = fc.constantFrom('UTC', 'Europe/Kyiv', 'America/Havana');
  it('passes no limit in any window, and is never told to wait in vain', () => {
    const pauses = fc.array(fc.integer({ min: 1, max: 9 * HOUR_MS }), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(zones, fc.integer({ min: 1, max: 5 }), pauses, (zone, daily, gaps) => {
        const limits = limited({ daily_limit: daily }, { time_zone: zone });
        let nowMs = Date.parse('2026-10-23T00:00Z'); // both zones set their clocks in the days that follow
        const done: number[] = [];
        for (const gap of gaps) {
          nowMs += gap;
          const recent = done.map((atMs) => ({ atMs, inChannel: true }));
          const ask = (at: number) =>
            decide(limits, 'invite', { nowMs: at, recent, channelTotal: null, channelAllAccounts: null }, []);
          const answer = ask(nowMs);
          if (answer.allowed) done.push(nowMs);
          else {
            expect(ask(nowMs + answer.retry_after_ms! - 1).allowed).toBe(false);
            expect(ask(nowMs + answer.retry_after_ms!).allowed).toBe(true);
          }
          const { startMs } = calendarDay(nowMs, zone);
          expect(done.filter((atMs) => atMs > nowMs - DAY_MS).length).toBeLessThanOrEqual(daily);
          expect(done.filter((atMs) => atMs >= startMs).length).toBeLessThanOrEqual(daily);
          expect(usedInDay(recent, nowMs, zone)).toBeLessThanOrEqual(daily);
        }
      }),
      { numRuns: 40 },
    );
  });
});
