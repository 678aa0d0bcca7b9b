import { describe, expect, it } from 'vitest';
import { formatDuration, formatHeld, localeOf, secondsUntil } from './time.js';

const NOW = Date.UTC(2026, 0, 1);

describe('a countdown', () => {
  it('counts whole seconds up to the end and never below none', () => {
    const at = (ms: number) => secondsUntil(new Date(NOW + ms).toISOString(), NOW);
    expect([20_000, 19_001, 1, 0, -5_000].map(at)).toEqual([20, 20, 1, 0, 0]);
  });
});

describe('a duration', () => {
  it('is told in the two greatest units', () => {
    const told = (ms: number) => formatDuration(ms, 'en');
    expect([0, 42_900, 60_000, 3_661_000, 90_061_000].map(told)).toEqual([
      '0 sec',
      '42 sec',
      '1 min',
      '1 hr 1 min',
      '1 day 1 hr',
    ]);
  });

  it('is never negative when the clocks differ', () => expect(formatDuration(-1_000, 'en')).toBe('0 sec'));

  it('speaks the language of the page', () => expect(formatDuration(120_000, 'uk')).toMatch(/^2\s+хв$/));
});

it('what took no time to speak of is told exactly', () => {
  expect([0, 380, 1_000, 2_345, 62_000].map((ms) => formatHeld(ms, 'en'))).toEqual([
    '0 ms',
    '380 ms',
    '1 sec',
    '2.3 sec',
    '1 min 2 sec',
  ]);
});

it('times are written as in the region of the person, where that speaks the language', () => {
  expect(localeOf('en', ['uk-UA', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(localeOf('ru', ['uk-UA', 'en-GB'])).toBe('ru');
});
