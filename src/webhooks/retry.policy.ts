import {
  WEBHOOK_JITTER_MAX,
  WEBHOOK_RETRY_EVERY_MS_MAX,
  WEBHOOK_RETRY_FIRST_MS,
  WEBHOOK_RETRY_MS_MAX,
} from '#libs/contracts/limits/news';

export interface FailedAttempt {
  /** This one included. */
  readonly attempts: number;
  /** What the receiver asked for. */
  readonly retryAfterMs: number | null;
  /** When it was wanted: milliseconds since 1970, as `now`. */
  readonly wantedAt: number;
  readonly now: number;
  /** From 0 to 1. */
  readonly dice: number;
}

/** When a failed event is tried again: milliseconds since 1970; null: it had its time and is given up. */
export function nextTry({ attempts, retryAfterMs, wantedAt, now, dice }: FailedAttempt): number | null {
  if (now - wantedAt >= WEBHOOK_RETRY_MS_MAX) return null;
  // The power is bounded before it is a number that no clock knows.
  const doubled = Math.min(WEBHOOK_RETRY_FIRST_MS * 2 ** Math.min(attempts - 1, 30), WEBHOOK_RETRY_EVERY_MS_MAX);
  const backoff = doubled * (1 - WEBHOOK_JITTER_MAX * dice);
  return now + Math.round(Math.max(backoff, Math.min(retryAfterMs ?? 0, WEBHOOK_RETRY_EVERY_MS_MAX)));
}

/** The wait that a Retry-After header asks for; null when it is none, or can't be read. */
export function readRetryAfter(header: string | undefined, now: number): number | null {
  const text = header?.trim();
  if (!text) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
