import { CLIENT_POLL_EVERY_MS, CLIENT_WAIT_MS_MAX } from '#libs/contracts/limits/calls';
import { pause } from './transport.js';

export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

/** What was waited for did not come in time; `last` is how it stood then. */
export class MusterWaitError extends Error {
  constructor(
    what: string,
    timeoutMs: number,
    readonly last: unknown,
  ) {
    super(`${what} did not come within ${timeoutMs} ms; last seen: ${JSON.stringify(last)}`);
    this.name = 'MusterWaitError';
  }
}

/** Looks again and again until it is so. What `look` rejects with ends the wait. */
export async function waitUntil<T>(
  what: string,
  look: () => Promise<T>,
  isSo: (seen: T) => boolean,
  { timeoutMs = CLIENT_WAIT_MS_MAX, everyMs = CLIENT_POLL_EVERY_MS }: WaitOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (performance.now() + everyMs > deadline) throw new MusterWaitError(what, timeoutMs, seen);
    await pause(everyMs);
  }
}
