import { describe, expect, it } from 'vitest';
import {
  WEBHOOK_JITTER_MAX,
  WEBHOOK_RETRY_EVERY_MS_MAX,
  WEBHOOK_RETRY_FIRST_MS,
  WEBHOOK_RETRY_MS_MAX,
} from '#libs/contracts/limits/news';
import { nextTry, readRetryAfter } from './retry.policy.js';

const now = Date.UTC(2026, 0, 10);
const failed = { attempts: 1, retryAfterMs: null, wantedAt: now, now, dice: 0 };

describe('a failed event', () => {
  it('is tried again after a second, then twice as long, up to an hour', () => {
    const waits = Array.from({ length: 15 }, (_, n) => nextTry({ ...failed, attempts: n + 1 })! - now);
    expect(waits.slice(0, 3)).toEqual([1, 2, 4].map((times) => times * WEBHOOK_RETRY_FIRST_MS));
    expect(waits.at(-1)).toBe(WEBHOOK_RETRY_EVERY_MS_MAX);
    expect(nextTry({ ...failed, attempts: 100_000 })! - now).toBe(WEBHOOK_RETRY_EVERY_MS_MAX);
  });

  it('is tried a little earlier by chance', () => {
    const earliest = nextTry({ ...failed, attempts: 30, dice: 1 })! - now;
    expect(earliest).toBe(WEBHOOK_RETRY_EVERY_MS_MAX * (1 - WEBHOOK_JITTER_MAX));
  });

  it('waits as long as the receiver asks, up to an hour, and never shorter than by itself', () => {
    expect(nextTry({ ...failed, retryAfterMs: 90_000 })! - now).toBe(90_000);
    expect(nextTry({ ...failed, retryAfterMs: 10 ** 12 })! - now).toBe(WEBHOOK_RETRY_EVERY_MS_MAX);
    expect(nextTry({ ...failed, retryAfterMs: 0 })! - now).toBe(WEBHOOK_RETRY_FIRST_MS);
  });

  it('is given up when it had its days', () => {
    const wantedAt = now - WEBHOOK_RETRY_MS_MAX;
    expect(nextTry({ ...failed, wantedAt })).toBeNull();
    expect(nextTry({ ...failed, wantedAt: wantedAt + 1 })).not.toBeNull();
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    [new Date(now + 5_000).toUTCString(), 5_000],
    [new Date(now - 5_000).toUTCString(), 0],
    ['soon', null],
    ['', null],
    [undefined, null],
  ])('%s is %s', (header, wait) => {
    expect(readRetryAfter(header, now)).toBe(wait);
  });
});
