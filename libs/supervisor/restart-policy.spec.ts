import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_JITTER, POLICY } from '#test/support/scripted-children';
import type { ExitClass } from './exit.js';
import {
  assertPolicy,
  judge,
  NO_RESTARTS,
  type JudgedExit,
  type RestartHistory,
  type RestartKind,
  type Verdict,
} from './restart-policy.js';

const NOW = 1_000_000_000;

function judged(exitClass: ExitClass, more: Partial<Omit<JudgedExit, 'exit'>> = {}): Verdict {
  const exit = { reason: exitClass, class: exitClass };
  const rest = { policy: POLICY, kind: 'transient' as const, history: NO_RESTARTS, healthySince: null, now: NOW };
  return judge({ ...rest, dice: NO_JITTER, ...more, exit });
}

const waitMs = (verdict: Verdict, now = NOW): number | null => (verdict.do === 'restart' ? verdict.at - now : null);

/** Lets a child exit again and again at the given times; the history is stored and read back between. */
function judgeEach(exits: readonly { at: number; class: ExitClass }[], from: RestartHistory = NO_RESTARTS): Verdict[] {
  let history = from;
  return exits.map(({ at, class: exitClass }) => {
    const verdict = judged(exitClass, { now: at, history });
    history = JSON.parse(JSON.stringify(verdict.history)) as RestartHistory;
    return verdict;
  });
}
const crashes = (...at: number[]) => at.map((ms) => ({ at: ms, class: 'crash' as const }));

describe('S2 restart kinds', () => {
  const table: [RestartKind, ExitClass, Verdict['do']][] = [
    ['permanent', 'crash', 'restart'],
    ['permanent', 'outage', 'restart'],
    ['permanent', 'normal', 'restart'],
    ['transient', 'crash', 'restart'],
    ['transient', 'outage', 'restart'],
    ['transient', 'normal', 'rest'],
    ['temporary', 'crash', 'rest'],
    ['temporary', 'outage', 'rest'],
    ['temporary', 'normal', 'rest'],
  ];
  it.each(table)('a %s child after a %s exit: %s', (kind, exitClass, verdict) => {
    expect(judged(exitClass, { kind }).do).toBe(verdict);
  });
});

describe('S5 intensity', () => {
  it('allows exactly five crash restarts in ten minutes and gives up at the sixth', () => {
    const verdicts = judgeEach(crashes(0, 1_000, 2_000, 3_000, 4_000, 5_000));
    expect(verdicts.map((verdict) => verdict.do)).toEqual([...Array<string>(5).fill('restart'), 'give_up']);
  });

  it.each([
    [-1, 'give_up'],
    [0, 'give_up'],
    [1, 'restart'],
  ])('counts a crash until it is older than the window: window %i ms → %s', (offMs, expected) => {
    const verdicts = judgeEach(crashes(0, 10, 20, 30, 40, POLICY.windowMs + offMs));
    expect(verdicts.at(-1)?.do).toBe(expected);
  });

  it('slides: after the oldest has left, one more is allowed, and not two', () => {
    const { windowMs } = POLICY;
    const verdicts = judgeEach(crashes(0, 100, 200, 300, 400, windowMs + 1, windowMs + 2));
    expect(verdicts.slice(-2).map((verdict) => verdict.do)).toEqual(['restart', 'give_up']);
  });

  it('never counts outages or normal exits, however many', () => {
    const away = Array.from({ length: 1_000 }, (_, n) => ({ at: n * 100, class: 'outage' as const }));
    const verdicts = judgeEach([...away, ...crashes(100_001, 100_002, 100_003, 100_004, 100_005)]);
    expect(verdicts.every((verdict) => verdict.do === 'restart')).toBe(true);
    expect(judged('normal', { kind: 'permanent', history: verdicts.at(-1)!.history }).do).toBe('restart');
  });

  it('gives up at the first crash when no restart is allowed', () => {
    expect(judged('crash', { policy: { ...POLICY, restartsMax: 0 } }).do).toBe('give_up');
  });

  it('does not hold a crash against a child for ever because the wall clock was set back', () => {
    const ahead = { crashedAt: Array<number>(5).fill(NOW + 86_400_000), attempt: 5 };
    expect(judged('crash', { history: ahead }).do).toBe('give_up');
    const [outage, ...later] = judgeEach([{ at: NOW, class: 'outage' }, ...crashes(NOW + POLICY.windowMs + 1)], ahead);
    expect([outage?.do, later.at(-1)?.do]).toEqual(['restart', 'restart']);
  });

  it('I8: allows in no window more than the maximum, and never gives up below it, for any crashes', () => {
    const gaps = fc.array(fc.oneof(fc.nat(1_000), fc.nat(300_000)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(gaps, (gapsMs) => {
        let at = 0;
        const times = gapsMs.map((ms) => (at += ms));
        const verdicts = judgeEach(crashes(...times));
        verdicts.forEach((verdict, n) => {
          const inWindow = times.slice(0, n + 1).filter((time) => times[n]! - time <= POLICY.windowMs).length;
          expect(verdict.do).toBe(inWindow > POLICY.restartsMax ? 'give_up' : 'restart');
          expect(verdict.history.crashedAt.length).toBeLessThanOrEqual(POLICY.restartsMax + 1);
        });
      }),
    );
  });
});

describe('S6 giving up', () => {
  it('tells the crashes that led there, the last one included', () => {
    const verdict = judgeEach(crashes(1, 2, 3, 4, 5, 6)).at(-1);
    expect(verdict).toEqual({ do: 'give_up', history: { crashedAt: [1, 2, 3, 4, 5, 6], attempt: 5 } });
  });

  it('goes on giving up while nobody starts it anew, and begins from nothing when a person does', () => {
    const gaveUp = judgeEach(crashes(1, 2, 3, 4, 5, 6)).at(-1)!.history;
    expect(judged('crash', { history: gaveUp, now: 7 }).do).toBe('give_up');
    expect(waitMs(judged('crash', { history: NO_RESTARTS, now: 7 }), 7)).toBe(1_000);
  });
});

describe('S7 back-off', () => {
  it('doubles from one second to the cap of a minute', () => {
    let history = NO_RESTARTS;
    const waits = Array.from({ length: 9 }, () => {
      const verdict = judged('outage', { history });
      history = verdict.history;
      return waitMs(verdict);
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('adds at most a fifth by the dice, and never waits beyond the cap', () => {
    const wait = (attempt: number, roll: number): number | null =>
      waitMs(judged('outage', { history: { crashedAt: [], attempt }, dice: { next: () => roll } }));
    expect([wait(2, 0), wait(2, 0.5), wait(2, 1 - 2 ** -53)]).toEqual([4_000, 4_400, 4_800]);
    expect([wait(6, 0.99), wait(5_000, 0.99)]).toEqual([60_000, 60_000]);
  });

  it.each([
    [null, 8_000],
    [NOW - POLICY.resetAfterMs + 1, 8_000],
    [NOW - POLICY.resetAfterMs, 1_000],
    [NOW + 5_000, 8_000],
  ])('begins again only after two healthy minutes: healthy since %s → waits %i ms', (healthySince, expected) => {
    expect(waitMs(judged('crash', { history: { crashedAt: [], attempt: 3 }, healthySince }))).toBe(expected);
  });

  it('does not forget crashes when the back-off begins again', () => {
    const history = { crashedAt: [1, 2, 3, 4, 5].map((ms) => NOW - 300_000 + ms), attempt: 5 };
    expect(judged('crash', { history, healthySince: NOW - 200_000 }).do).toBe('give_up');
  });

  it('stays a number where nothing is waited for', () => {
    const policy = { ...POLICY, backoffFirstMs: 0, backoffMsMax: 0 };
    expect(waitMs(judged('outage', { policy, history: { crashedAt: [], attempt: 2_000 } }))).toBe(0);
  });

  it('refuses a policy that cannot be meant', () => {
    expect(() => assertPolicy({ ...POLICY, backoffFirstMs: Number.NaN })).toThrow('impossible restart policy');
    expect(() => assertPolicy({ ...POLICY, restartsMax: 1.5 })).toThrow();
    expect(() => assertPolicy(POLICY)).not.toThrow();
  });
});

describe('S18 deadlines are absolute', () => {
  it('says when to start again, not after how long, so that a restored process needs no other fact', () => {
    expect(judged('crash')).toMatchObject({ do: 'restart', at: NOW + 1_000 });
  });
});
