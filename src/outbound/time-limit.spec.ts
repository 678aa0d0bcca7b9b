import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { inTime } from './time-limit.js';

setFlagsFromString('--expose-gc');
const clearMemory = runInNewContext('gc') as () => void;

const NEVER = new AbortController();
/** Of an hour nobody sees the end. */
const HOUR_MS = 3_600_000;

describe('a time limit', () => {
  it('comes, though memory is cleared meanwhile', async () => {
    const ended = inTime(NEVER.signal, 100, (limit) => once(limit, 'abort'));
    for (let times = 0; times < 3; times += 1) {
      await turn();
      clearMemory();
    }
    expect(await ended).toHaveLength(1);
    expect(NEVER.signal.aborted).toBe(false);
  });

  it('comes with the caller’s signal, and not after its end', async () => {
    const caller = new AbortController();
    const ended = inTime(caller.signal, HOUR_MS, (limit) => once(limit, 'abort'));
    caller.abort();
    await ended;
    const limit = await inTime(NEVER.signal, 1, async (signal) => signal);
    await once(AbortSignal.timeout(10), 'abort');
    expect(limit.aborted).toBe(false);
  });
});
