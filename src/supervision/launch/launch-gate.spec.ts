import { describe, expect, it } from 'vitest';
import { BRAKE_PAUSE_FIRST_MS, BRAKE_PAUSE_MS_MAX, BRAKE_QUIET_MS } from '#libs/contracts/limits/sessions';
import { createVirtualClock } from '#test/support/virtual-clock';
import { type BrakeNote, LaunchGate, type LaunchKind } from './launch-gate.js';

function gateOf({ parallelMax = 10, wanted = 10 } = {}) {
  const clock = createVirtualClock();
  const notes: BrakeNote[] = [];
  const granted: string[] = [];
  let counted = 0;
  let setBackMs = 0;
  const gate = new LaunchGate({
    provider: 'simulated',
    parallelMax,
    clock: { ...clock, now: () => clock.now() - setBackMs },
    note: (note) => notes.push(note),
    countWanted: () => {
      counted += 1;
      return wanted;
    },
  });
  const join = (ids: readonly string[], kind: LaunchKind = 'restart'): void => {
    for (const id of ids) gate.join(id, kind, () => granted.push(id));
  };
  const fail = (...ids: string[]): void => {
    for (const id of ids) gate.ended(id, 'crash');
  };
  const setBack = (ms: number): void => void (setBackMs = ms);
  return { clock, notes, granted, gate, join, fail, setBack, counts: () => counted };
}

describe('restarts under the brake', () => {
  it('wait, those that already waited for a slot, too; the one that came first is the scout', () => {
    const { granted, gate, join, fail } = gateOf({ parallelMax: 1 });
    join(['launching', 'b', 'c']);
    fail('x', 'y', 'z');
    join(['d']);
    expect(granted).toEqual(['launching']);
    expect(gate.status).toMatchObject({ on: true, held: 2, failed: 3 });
    gate.leave('launching');
    expect(granted, 'the scout keeps to the slots').toEqual(['launching', 'b']);
    gate.connected('b');
    gate.leave('b');
    expect(granted).toEqual(['launching', 'b', 'c']);
    gate.leave('c');
    expect(granted).toEqual(['launching', 'b', 'c', 'd']);
  });

  it('go one at a time while the cause lasts, ever more rarely', async () => {
    const { granted, join, fail, clock } = gateOf();
    fail('a', 'b', 'c');
    join(['a', 'b', 'c']);
    for (const [at, id] of ['a', 'b', 'c'].entries()) {
      expect(granted).toHaveLength(at + 1);
      fail(id);
      await clock.advance(BRAKE_PAUSE_FIRST_MS * 2 ** at);
    }
  });

  it('are not held for a person who asks meanwhile, and are not granted twice for it', async () => {
    const { granted, gate, join, fail, clock } = gateOf();
    fail('a', 'b', 'c');
    join(['a', 'b', 'c']);
    join(['b'], 'first');
    expect(granted).toEqual(['a', 'b']);
    gate.connected('b');
    await clock.advance(BRAKE_PAUSE_MS_MAX);
    expect(granted).toEqual(['a', 'b', 'c']);
  });

  it('that a person asked for while they waited for a slot are not held when the brake goes on', () => {
    const { granted, gate, join, fail } = gateOf({ parallelMax: 1 });
    join(['launching', 'b']);
    join(['b'], 'first');
    fail('x', 'y', 'z');
    gate.leave('launching');
    expect(granted).toEqual(['launching', 'b']);
  });

  it('do not wait for a scout that leaves before it got its slot', () => {
    const { granted, gate, join, fail } = gateOf({ parallelMax: 1 });
    join(['launching'], 'first');
    fail('a', 'b', 'c');
    join(['a', 'b', 'c']);
    gate.leave('a');
    gate.leave('launching');
    expect(granted).toEqual(['launching', 'b']);
  });

  it('that go on with the slot they still hold are launched by it, and prove that the cause is gone', () => {
    const { granted, gate, join, fail } = gateOf({ parallelMax: 1 });
    join(['a']);
    fail('x', 'y', 'z');
    join(['a'], 'first'); // down and asked for within one commit
    expect(granted).toEqual(['a', 'a']);
    gate.connected('a');
    expect(gate.status.on).toBe(false);
  });

  it('that go on with the slot they still hold are not held with it when the brake goes on', () => {
    const { granted, gate, join, fail } = gateOf({ parallelMax: 1 });
    join(['a']);
    join(['a']);
    fail('x', 'y', 'z');
    join(['b'], 'first');
    expect([granted, gate.status.held]).toEqual([['a', 'a'], 0]);
  });

  it('that leave are not granted any more', async () => {
    const { granted, gate, join, fail, clock } = gateOf();
    fail('a', 'b', 'c');
    join(['a', 'b', 'c']);
    gate.leave('b');
    fail('a');
    await clock.advance(BRAKE_PAUSE_MS_MAX);
    expect(granted).toEqual(['a', 'c']);
    expect(gate.status.held).toBe(0);
  });
});

describe('the brake tells', () => {
  it('that it went on and off, why, for how long, and how many it concerned', async () => {
    const { notes, gate, join, fail, clock } = gateOf();
    const at = clock.now();
    fail('a', 'b', 'c');
    join(['a', 'b', 'c']);
    await clock.advance(500);
    gate.connected('a');
    const who = { supervisor: 'restarts', provider: 'simulated' };
    expect(notes).toEqual([
      { ...who, at, type: 'brake_on', failed: 3, wanted: 10 },
      { ...who, at: at + 500, type: 'brake_off', why: 'connected', lastedMs: 500, scouts: 1, held: 2 },
    ]);
    expect(clock.pending, 'but the slots').toBe(3);
  });

  it('that it went off because nobody was left', async () => {
    const { notes, fail, clock } = gateOf();
    fail('a', 'b', 'c');
    await clock.advance(BRAKE_QUIET_MS - 1);
    expect(notes).toHaveLength(1);
    await clock.advance(1);
    expect(notes[1]).toMatchObject({ type: 'brake_off', why: 'quiet', scouts: 0, held: 0 });
    expect(clock.pending).toBe(0);
  });
});

it('a thousand that fall together are counted once, not a thousand times', () => {
  const { fail, counts } = gateOf({ wanted: 100_000 });
  fail(...Array.from({ length: 1_000 }, (_, at) => `a${at}`));
  expect(counts()).toBe(1);
});

it('those that are wanted are counted anew when the clock was set back, since that count has no age', () => {
  const { fail, counts, setBack } = gateOf({ wanted: 100_000 });
  fail('a', 'b', 'c');
  setBack(3_600_000);
  fail('d');
  expect(counts()).toBe(2);
});
