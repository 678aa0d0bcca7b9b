import { describe, expect, it } from 'vitest';
import type { TransitionView } from '#libs/contracts/transition';
import { healingOf } from './healing.js';

const STRUCK = Date.UTC(2026, 0, 1);
const struckAt = new Date(STRUCK).toISOString();

/** Steps through these states, each so many ms after the strike. */
function life(...states: readonly (readonly [atMs: number, to: string])[]): readonly TransitionView[] {
  return states.map(([atMs, to], i) => ({
    seq: i + 1,
    at: new Date(STRUCK + atMs).toISOString(),
    from: states[i - 1]?.[1] ?? null,
    to,
    event: 'driver.ready',
    cause: null,
    incarnation: 1,
    epoch: 1,
    heldMs: 0,
  }));
}

const BEFORE = [-9_000, 'CONNECTED.online'] as const;

describe('a strike', () => {
  it('is told by when the account left CONNECTED, and when it was back', () => {
    const steps = life(
      BEFORE,
      [300, 'CONNECTING.closing'],
      [1_300, 'CONNECTING.launching'],
      [2_800, 'CONNECTED.online'],
      [9_000, 'CONNECTED.degraded'],
    );
    expect(healingOf(struckAt, steps)).toEqual({ leftMs: 300, backMs: 2_800, restsAs: null });
  });

  it('counts what is degraded as left', () => {
    const steps = life(BEFORE, [10, 'CONNECTED.degraded'], [20_000, 'CONNECTED.online']);
    expect(healingOf(struckAt, steps)).toMatchObject({ leftMs: 10, backMs: 20_000 });
  });

  it('is being healed as long as it is neither back nor at rest', () => {
    const steps = life(BEFORE, [10, 'FAILED.closing']);
    expect(healingOf(struckAt, steps)).toEqual({ leftMs: 10, backMs: null, restsAs: null });
  });

  it.each(['DISCONNECTED', 'FAILED'])('may end at rest: %s', (status) => {
    const steps = life(BEFORE, [10, `${status}.closing`], [90, `${status}.idle`]);
    expect(healingOf(struckAt, steps)).toMatchObject({ leftMs: 10, backMs: null, restsAs: status });
  });

  it.each(['DISCONNECTED', 'FAILED'])('is over with that rest: whoever connects it from %s has healed it', (status) => {
    const steps = life(
      BEFORE,
      [10, `${status}.closing`],
      [90, `${status}.idle`],
      [900, 'CONNECTING.queued'],
      [3_100, 'CONNECTED.online'],
    );
    expect(healingOf(struckAt, steps)).toEqual({ leftMs: 10, backMs: null, restsAs: status });
  });

  it('is not blamed for what the next one did', () => {
    const steps = life(BEFORE, [5_000, 'CONNECTING.closing'], [8_000, 'CONNECTED.online']);
    const next = new Date(STRUCK + 4_900).toISOString();
    expect(healingOf(struckAt, steps, next)).toEqual({ leftMs: null, backMs: null, restsAs: null });
    expect(healingOf(next, steps)).toEqual({ leftMs: 100, backMs: 3_100, restsAs: null });
  });

  it('has not moved who was well all the time, whatever happened before', () => {
    const steps = life([-20_000, 'CONNECTED.online'], [-15_000, 'CONNECTING.closing'], BEFORE);
    expect(healingOf(struckAt, steps)).toEqual({ leftMs: null, backMs: null, restsAs: null });
  });
});
