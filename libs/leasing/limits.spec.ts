import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_LIMITS,
  type LimitChanges,
  limitChangesSchema,
  type LimitRule,
} from '#libs/contracts/account-manager/lease-limits';
import { actionLimitsOf, limitsOf } from './limits.js';

const NOW = Date.UTC(2026, 10, 21);
const party = { user_id: 'shop', purpose: 'invite', account_id: 'a' };
const rule = (scope: Partial<LimitRule>, limits: LimitChanges): LimitRule => ({
  user_id: null,
  purpose: null,
  account_id: null,
  ...scope,
  limits,
});
const daily = (count: number): LimitChanges => ({ actions: { invite: { daily_limit: count } } });
const invites = (rules: readonly LimitRule[], who = party) => actionLimitsOf(limitsOf(rules, who), 'invite', NOW);

describe('limits', () => {
  it('are 30 a day, 15 in a channel a day, 200 in a channel, of every action, where nothing else is said', () => {
    for (const action of ['invite', 'message', 'contact', 'poke'])
      expect(actionLimitsOf(limitsOf([], party), action, NOW)).toMatchObject({
        daily_limit: 30,
        max_per_channel_per_day: 15,
        max_per_channel_total: 200,
      });
  });

  it('count for every action, also one that is called as what each object has', () => {
    expect(actionLimitsOf(limitsOf([], party), 'constructor', NOW)).toMatchObject({ daily_limit: 30, min_gap_ms: 0 });
    const ruled = limitsOf([rule({}, { actions: { constructor: { daily_limit: 3 } } })], party);
    expect(actionLimitsOf(ruled, 'constructor', NOW)).toMatchObject({ daily_limit: 3, max_per_channel_total: 200 });
  });

  it('of the account stand above those of the purpose, those above the tenant’s, in whatever order they come', () => {
    const rules = [
      rule({}, daily(1)),
      rule({ user_id: 'shop' }, daily(2)),
      rule({ purpose: 'invite' }, daily(3)),
      rule({ user_id: 'shop', purpose: 'invite' }, daily(4)),
      rule({ account_id: 'a' }, daily(5)),
      rule({ user_id: 'shop', account_id: 'a' }, daily(6)),
    ];
    const order = fc
      .integer({ min: 1, max: rules.length })
      .chain((count) => fc.tuple(fc.constant(count), fc.shuffledSubarray(rules.slice(0, count), { minLength: count })));
    fc.assert(
      fc.property(order, ([count, some]) => {
        expect(invites(some).daily_limit).toBe(count);
      }),
    );
  });

  it('of somebody else do not count', () => {
    const others = [
      rule({ user_id: 'x' }, daily(1)),
      rule({ purpose: 'x' }, daily(2)),
      rule({ account_id: 'x' }, daily(3)),
    ];
    expect(invites(others).daily_limit).toBe(30);
    expect(invites([rule({ user_id: 'shop' }, daily(1))], { ...party, user_id: '' }).daily_limit).toBe(30);
  });

  it('stand each by itself: a rule changes what it names, and `*` changes every action', () => {
    const rules = [
      rule({}, daily(9)),
      rule(
        { user_id: 'shop' },
        { actions: { '*': { max_per_channel_total: 7 } }, quiet_hours: { from: '22:00', to: '07:00' } },
      ),
      rule({ account_id: 'a' }, { time_zone: 'Europe/Kyiv' }),
    ];
    const limits = limitsOf(rules, party);
    expect(limits).toMatchObject({
      time_zone: 'Europe/Kyiv',
      quiet_hours: { from: '22:00' },
      on_channel_limit: 'pause',
    });
    expect(limits.actions['invite']).toMatchObject({
      daily_limit: 9,
      max_per_channel_total: 7,
      max_per_channel_per_day: 15,
    });
    expect(limits.actions['*']).toMatchObject({ daily_limit: 30, max_per_channel_total: 7 });
    expect(limitsOf([], party)).toEqual(DEFAULT_LIMITS);
  });

  it('are lower while an account is young, and never nothing', () => {
    const born = (date: string, percent = 30) =>
      rule({ account_id: 'a' }, { registered_at: date, young_account: { days: 14, percent } });
    expect(invites([born('2026-11-07')]).daily_limit).toBe(30);
    expect(invites([born('2026-11-08')])).toMatchObject({
      daily_limit: 9,
      max_per_channel_per_day: 4,
      max_per_channel_total: 60,
    });
    expect(invites([born('2026-11-20', 1)]).daily_limit).toBe(1);
    expect(invites([born('2026-11-20', 1), rule({ user_id: 'shop' }, daily(0))]).daily_limit).toBe(0);
  });

  it('reckon dates as the calendar does', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1971-01-01'), max: new Date('2199-12-31'), noInvalidDate: true }),
        (date) => {
          const day = date.toISOString().slice(0, 10);
          const limits = limitsOf([rule({}, { registered_at: day, young_account: { days: 1, percent: 50 } })], party);
          const end = Date.parse(day) + 86_400_000;
          expect(actionLimitsOf(limits, 'invite', end - 1).daily_limit).toBe(15);
          expect(actionLimitsOf(limits, 'invite', end).daily_limit).toBe(30);
        },
      ),
    );
  });

  it('are refused when they say what nobody can keep', () => {
    for (const wrong of [
      { time_zone: 'Europe/Nowhere' },
      { quiet_hours: { from: '22:00', to: '22:00' } },
      { quiet_hours: { from: '24:00', to: '07:00' } },
      { actions: { invite: { daily_limit: -1 } } },
      { actions: { invite: { a_limit: 1 } } },
      { actions: { Invite: { daily_limit: 1 } } },
    ])
      expect(limitChangesSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  });
});
