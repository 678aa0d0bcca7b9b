import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '#test/support/virtual-clock';
import { type Deadline, DeadlineTimer } from './deadline-timer.js';

function stage() {
  const clock = createVirtualClock();
  const fired: { readonly name: string; readonly afterMs: number }[] = [];
  const startedAt = clock.now();
  const timer = new DeadlineTimer(clock, ({ name }) => fired.push({ name, afterMs: clock.now() - startedAt }));
  const due = (name: Deadline['name'], inMs: number): Deadline => ({ name, at: clock.now() + inMs });
  return { clock, fired, timer, due };
}

describe('a deadline', () => {
  it('that has passed fires now; another after what is left of it', async () => {
    const { clock, fired, timer, due } = stage();
    timer.arm(due('launch', -60_000));
    await clock.advance(0);
    expect(fired).toEqual([{ name: 'launch', afterMs: 0 }]);
    timer.arm(due('close', 500));
    await clock.advance(499);
    expect(fired).toHaveLength(1);
    await clock.advance(1);
    expect(fired[1]).toEqual({ name: 'close', afterMs: 500 });
  });

  it('gives way to the next one, and to none', async () => {
    const { clock, fired, timer, due } = stage();
    timer.arm(due('launch', 10));
    timer.arm(due('close', 20));
    await clock.advance(15);
    expect(fired).toEqual([]);
    timer.arm(null);
    await clock.advance(1_000);
    expect(fired).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('of an order counts from when the order could be given; another from when it was set', async () => {
    const { clock, fired, timer, due } = stage();
    const late = due('close', 1_000);
    await clock.advance(5_000);
    timer.arm(late, 5_000);
    await clock.advance(999);
    expect(fired).toEqual([]);
    timer.arm(late, 7_000);
    await clock.advance(1);
    expect(fired).toEqual([{ name: 'close', afterMs: 6_000 }]);
    timer.arm(due('backoff', 1_000), 5_000);
    await clock.advance(1_000);
    expect(fired).toHaveLength(2);
  });

  it('armed again as it is fires once', async () => {
    const { clock, fired, timer, due } = stage();
    const scan = due('scan', 100);
    timer.arm(scan);
    await clock.advance(50);
    timer.arm({ ...scan });
    await clock.advance(1_000);
    expect(fired).toEqual([{ name: 'scan', afterMs: 100 }]);
  });

  it('fires after what was left of it, though the wall clock is set back meanwhile', async () => {
    const { clock } = stage();
    const fired: string[] = [];
    let setBackMs = 0;
    const wall = { ...clock, now: () => clock.now() - setBackMs };
    const timer = new DeadlineTimer(wall, ({ name }) => fired.push(name));
    timer.arm({ name: 'backoff', at: wall.now() + 1_000 });
    setBackMs = 3_600_000;
    await clock.advance(999);
    expect(fired).toEqual([]);
    await clock.advance(1);
    expect(fired).toEqual(['backoff']);
  });

  it('farther away than a timer of Node can wait fires at its time, not at once', async () => {
    const { clock, fired, timer, due } = stage();
    const farMs = 3 * 2_147_483_647 + 5;
    timer.arm(due('backoff', farMs));
    await clock.advance(farMs - 1);
    expect(fired).toEqual([]);
    await clock.advance(1);
    expect(fired).toEqual([{ name: 'backoff', afterMs: farMs }]);
  });
});
