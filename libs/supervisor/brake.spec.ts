import { describe, expect, it } from 'vitest';
import { type BrakeLimits, createBrake } from './brake.js';

const LIMITS: BrakeLimits = {
  windowMs: 60_000,
  shareMax: 0.2,
  failedMin: 3,
  pauseFirstMs: 1_000,
  pauseMsMax: 30_000,
  quietMs: 120_000,
};
const outOf = (all: number) => () => all;

/** On since the time 0, by the accounts f1, f2, f3. */
function braking() {
  const brake = createBrake(LIMITS);
  for (const key of ['f1', 'f2', 'f3']) brake.failed(key, 0, outOf(10));
  return brake;
}

describe('S20 the brake goes on', () => {
  it('when more than a fifth of all failed within a minute, not at a fifth', () => {
    const brake = createBrake(LIMITS);
    const went = Array.from({ length: 21 }, (_, at) => brake.failed(`a${at}`, at, outOf(100)));
    expect(went.indexOf(true)).toBe(20);
    expect(brake.on).toBe(true);
  });

  it('for nobody when fewer than three failed, however many that is of all', () => {
    const brake = createBrake(LIMITS);
    expect([brake.failed('a', 0, outOf(2)), brake.failed('b', 0, outOf(2))]).toEqual([false, false]);
    expect(brake.failed('c', 0, outOf(3))).toBe(true);
  });

  it('not for one account that fails again and again', () => {
    const brake = createBrake(LIMITS);
    for (let at = 0; at < 50; at += 1) expect(brake.failed('a', at, outOf(2))).toBe(false);
  });

  it.each([
    ['at the window’s end still counts', 60_000, true],
    ['one millisecond older counts no more', 60_001, false],
  ])('by failures of one minute: one %s', (_what, at, on) => {
    const brake = createBrake(LIMITS);
    brake.failed('a', 0, outOf(10));
    brake.failed('b', 30_000, outOf(10));
    expect(brake.failed('c', at, outOf(10))).toBe(on);
  });

  it('asks how many there are only when it may matter: there may be ten thousand, and all of them fail', () => {
    const brake = createBrake(LIMITS);
    let asked = 0;
    for (let at = 0; at < 100; at += 1)
      brake.failed(`a${at}`, 0, () => {
        asked += 1;
        return 10;
      });
    expect(asked).toBe(1);
  });
});

describe('S20 scouts', () => {
  it('go at once, and then ever more rarely, counted from their start: 1, 2, 4 … 30 s', () => {
    const brake = braking();
    expect(brake.nextScoutAt(5)).toBe(5);
    const pauses: number[] = [];
    let now = 5;
    for (let i = 0; i < 7; i += 1) {
      brake.sendScout('f1', now);
      brake.failed('f1', now + 500, outOf(10));
      pauses.push(brake.nextScoutAt(now) - now);
      now = brake.nextScoutAt(now);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(brake.scouts).toBe(7);
  });

  it('that are slow make the next one wait for nothing more', () => {
    const brake = braking();
    brake.sendScout('f1', 0);
    brake.failed('f1', 20_000, outOf(10));
    expect(brake.nextScoutAt(20_000)).toBeLessThanOrEqual(20_000);
  });

  it('that neither fail nor come up block nobody for longer than the longest pause', () => {
    const brake = braking();
    brake.sendScout('f1', 0);
    expect(brake.nextScoutAt(1)).toBe(30_000);
    brake.sendScout('f2', 30_000);
    expect(brake.nextScoutAt(30_000)).toBe(60_000);
  });

  it('are not waited for longer because the wall clock was set back, nor do old failures count for longer', () => {
    const brake = createBrake(LIMITS);
    const before = 3_600_000;
    for (const key of ['f1', 'f2', 'f3']) brake.failed(key, before, outOf(10));
    brake.sendScout('f1', before);
    expect(brake.nextScoutAt(0)).toBe(30_000);
    expect(brake.nextScoutAt(10_000), 'and not later each time somebody asks').toBe(30_000);
    expect(brake.countFailed(0)).toBe(3);
    expect(brake.countFailed(60_001)).toBe(0);
    expect(brake.quietAt(0)).toBe(120_000);
  });

  it('that withdrew prove nothing: the next one goes without a longer pause, and their failing later is no verdict', () => {
    const brake = braking();
    brake.sendScout('f1', 0);
    brake.withdrew('f1');
    expect(brake.nextScoutAt(10)).toBe(0);
    brake.sendScout('f2', 10);
    brake.failed('f1', 20, outOf(10));
    expect(brake.nextScoutAt(20), 'f2 is the scout').toBe(30_010);
  });
});

describe('S20 the brake goes off', () => {
  it('with the first that comes up and was launched meanwhile, scout or not', () => {
    const brake = braking();
    brake.sendScout('f1', 0);
    brake.launched('f1');
    expect(brake.cameUp('f1')).toBe(true);
    expect([brake.on, brake.scouts]).toEqual([false, 1]);
    expect(braking().cameUp('f1'), 'never launched').toBe(false);
  });

  it('not with one that had been on its way before, nor with one that failed in between', () => {
    const brake = createBrake(LIMITS);
    brake.launched('early');
    for (const key of ['f1', 'f2', 'f3']) brake.failed(key, 0, outOf(10));
    brake.launched('f1');
    brake.failed('f1', 10, outOf(10));
    expect([brake.cameUp('early'), brake.cameUp('f1')]).toEqual([false, false]);
    expect(brake.on).toBe(true);
  });

  it('and counts afresh: what failed before it does not bring it back', () => {
    const brake = braking();
    brake.launched('f1');
    brake.cameUp('f1');
    expect(brake.failed('x', 1, outOf(10))).toBe(false);
    expect(brake.countFailed(1)).toBe(1);
  });

  it('may go off by itself when nobody has failed for long enough', () => {
    const brake = braking();
    brake.failed('f4', 7_000, outOf(10));
    expect(brake.quietAt(8_000)).toBe(127_000);
  });
});
