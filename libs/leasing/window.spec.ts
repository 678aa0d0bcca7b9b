import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quietUntil } from './quiet-hours.js';
import { calendarDay, DAY_MS, wallClock } from './window.js';

const HOUR_MS = 3_600_000;
const at = (text: string): number => Date.parse(text);
const hours = (text: string, zone: string): number => {
  const { startMs, endMs } = calendarDay(at(text), zone);
  return (endMs - startMs) / HOUR_MS;
};
const zones = fc.constantFrom(
  'UTC',
  'Europe/Kyiv',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Chatham',
  'Africa/Cairo',
  'Asia/Beirut',
  'America/Havana',
  'Australia/Lord_Howe',
);
const instants = fc.integer({ min: at('2024-01-01T00:00Z'), max: at('2028-01-01T00:00Z') });

describe('a calendar day', () => {
  it('is the one of the time zone', () => {
    expect(calendarDay(at('2026-11-21T21:59:59.999Z'), 'Europe/Kyiv').startMs).toBe(at('2026-11-20T22:00Z'));
    expect(calendarDay(at('2026-11-21T22:00:00.000Z'), 'Europe/Kyiv').startMs).toBe(at('2026-11-21T22:00Z'));
  });

  it('has 23 hours when clocks are set forward and 25 when they are set back', () => {
    expect(hours('2026-03-29T12:00Z', 'Europe/Kyiv')).toBe(23);
    expect(hours('2026-10-25T12:00Z', 'Europe/Kyiv')).toBe(25);
    expect(hours('2026-11-21T12:00Z', 'Europe/Kyiv')).toBe(24);
    expect(hours('2026-04-05T12:00Z', 'Australia/Lord_Howe')).toBeOneOf([24, 24.5]);
  });

  it('begins when the date does, where there is no midnight, or there are two', () => {
    // Clocks go from 24:00 straight to 01:00, and in autumn from 01:00 back to 00:00.
    expect(calendarDay(at('2026-04-24T12:00Z'), 'Africa/Cairo').startMs).toBe(at('2026-04-23T22:00Z'));
    const [first, second] = [at('2026-11-01T04:30Z'), at('2026-11-01T05:30Z')]; // 00:30 twice
    expect(calendarDay(second, 'America/Havana')).toEqual(calendarDay(first, 'America/Havana'));
  });

  it('holds its instant, has one date, and touches the days beside it', () => {
    fc.assert(
      fc.property(instants, zones, (now, zone) => {
        const { startMs, endMs } = calendarDay(now, zone);
        expect(startMs <= now && now < endMs).toBe(true);
        expect(endMs - startMs).toBeGreaterThanOrEqual(22 * HOUR_MS);
        expect(endMs - startMs).toBeLessThanOrEqual(26 * HOUR_MS);
        expect(calendarDay(startMs - 1, zone).endMs).toBe(startMs);
        expect(calendarDay(endMs, zone).startMs).toBe(endMs);
      }),
      { numRuns: 200 },
    );
  });
});

describe('quiet hours', () => {
  const night = { from: '22:00', to: '07:00' };

  it('are by the clock on the wall, over midnight, and end when they end', () => {
    expect(quietUntil(at('2026-11-21T19:59Z'), 'Europe/Kyiv', night)).toBeNull();
    expect(quietUntil(at('2026-11-21T20:00Z'), 'Europe/Kyiv', night)).toBe(at('2026-11-22T05:00Z'));
    expect(quietUntil(at('2026-11-22T04:59:59.999Z'), 'Europe/Kyiv', night)).toBe(at('2026-11-22T05:00Z'));
    expect(quietUntil(at('2026-11-22T05:00Z'), 'Europe/Kyiv', night)).toBeNull();
    expect(quietUntil(at('2026-11-21T12:30Z'), 'UTC', { from: '12:00', to: '13:00' })).toBe(at('2026-11-21T13:00Z'));
    expect(quietUntil(at('2026-11-21T12:30Z'), 'UTC', null)).toBeNull();
  });

  it('are an hour shorter in the night in which clocks are set forward, and longer when they are set back', () => {
    const length = (from: string) => quietUntil(at(from), 'Europe/Kyiv', night)! - at(from);
    expect(length('2026-03-28T20:00Z')).toBe(8 * HOUR_MS);
    expect(length('2026-10-24T19:00Z')).toBe(10 * HOUR_MS);
  });

  it('go on for a second day where clocks jump over all that is not quiet', () => {
    const allBut = (from: string, to: string, zone: string, now: string) => quietUntil(at(now), zone, { from, to });
    expect(allBut('04:00', '03:00', 'Europe/Kyiv', '2026-03-28T12:00Z')).toBe(at('2026-03-30T00:00Z'));
    expect(allBut('02:30', '02:00', 'Europe/Berlin', '2026-03-28T12:00Z')).toBe(at('2026-03-30T00:00Z'));
  });

  it('end within two days, and at an instant that is not quiet', () => {
    const minute = fc
      .integer({ min: 0, max: 1439 })
      .map((n) => [Math.floor(n / 60), n % 60].map((part) => String(part).padStart(2, '0')).join(':'));
    fc.assert(
      fc.property(instants, zones, minute, minute, (now, zone, from, to) => {
        fc.pre(from !== to);
        const end = quietUntil(now, zone, { from, to });
        if (end === null) return;
        expect(end > now && end - now <= 2 * DAY_MS + 2 * HOUR_MS).toBe(true);
        expect(quietUntil(end, zone, { from, to })).toBeNull();
        expect(wallClock(zone)(now)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 100 },
    );
  });
});
