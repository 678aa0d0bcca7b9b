import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '#test/support/virtual-clock';
import { remainingMs } from './deadline.js';

describe('S18 deadlines are absolute and persisted', () => {
  /** A process that died knew only the stored deadline; its successor begins at `wokeAt`. */
  async function firedAt(deadlineAt: number, wokeAt: number): Promise<number | null> {
    const clock = createVirtualClock(wokeAt);
    let at: number | null = null;
    clock.setTimeout(() => (at = clock.now()), remainingMs(deadlineAt, clock.now()));
    await clock.advance(120_000);
    return at;
  }

  it('fires now when it passed while nobody was there', async () => {
    expect(await firedAt(60_000, 90_000)).toBe(90_000);
  });

  it('fires after what remains, not after its whole length', async () => {
    expect(await firedAt(60_000, 45_000)).toBe(60_000);
  });

  it('fires at once at its very instant', () => {
    expect(remainingMs(60_000, 60_000)).toBe(0);
  });
});
