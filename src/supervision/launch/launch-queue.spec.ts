import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '#test/support/virtual-clock';
import { createLaunchQueue } from './launch-queue.js';

const SLOT_MS_MAX = 15_000;

function queueOf(parallelMax: number) {
  const clock = createVirtualClock();
  const queue = createLaunchQueue({ parallelMax, slotMsMax: SLOT_MS_MAX, clock });
  const granted: string[] = [];
  return { clock, queue, granted, join: (id: string) => queue.join(id, () => void granted.push(id)) };
}

describe('launch slots', () => {
  it('are given to the longest-waiting first, and never more than there are', () => {
    const { queue, granted, join } = queueOf(2);
    for (const id of ['a', 'b', 'c', 'd']) join(id);
    expect(granted).toEqual(['a', 'b']);
    queue.leave('b');
    expect(granted).toEqual(['a', 'b', 'c']);
    expect(queue).toMatchObject({ launching: 2, waiting: 1 });
  });

  it('are not given to one that has left the queue', () => {
    const { queue, granted, join } = queueOf(1);
    for (const id of ['a', 'b', 'c']) join(id);
    queue.leave('b');
    queue.leave('a');
    expect(granted).toEqual(['a', 'c']);
  });

  it('are given back once, however often an account says that it leaves', () => {
    const { queue, granted, join } = queueOf(1);
    for (const id of ['a', 'b', 'c']) join(id);
    queue.leave('a');
    queue.leave('a');
    expect(granted).toEqual(['a', 'b']);
    expect(queue.launching).toBe(1);
  });

  it('stay with an account that asks again while it holds one: it may be launching by the earlier grant', () => {
    const { queue, granted, join } = queueOf(1);
    for (const id of ['a', 'b', 'a']) join(id);
    expect(granted).toEqual(['a', 'a']);
    expect(queue).toMatchObject({ launching: 1, waiting: 1 });
  });

  it('are given in the order of the first asking: who asks again keeps the place', () => {
    const { queue, granted, join } = queueOf(1);
    for (const id of ['a', 'b', 'c', 'b']) join(id);
    queue.leave('a');
    expect(granted).toEqual(['a', 'b']);
  });

  it('keep their number when a grant leads to a leave at once', () => {
    const { queue, granted } = queueOf(1);
    queue.join('a', () => undefined);
    for (const id of ['b', 'c'])
      queue.join(id, () => {
        granted.push(id);
        queue.leave(id);
      });
    queue.leave('a');
    expect(granted).toEqual(['b', 'c']);
    expect(queue).toMatchObject({ launching: 0, waiting: 0 });
  });

  it('are taken back from one that is stuck, and no others: it holds up nobody for longer than that', async () => {
    const { clock, queue, granted, join } = queueOf(2);
    for (const id of ['stuck', 'quick', 'c', 'd']) join(id);
    await clock.advance(SLOT_MS_MAX - 1);
    queue.leave('quick');
    expect(granted).toEqual(['stuck', 'quick', 'c']);
    await clock.advance(1);
    expect(granted).toEqual(['stuck', 'quick', 'c', 'd']);
    queue.leave('stuck');
    expect(queue.launching, 'c and d are launching').toBe(2);
  });

  it('are never more than there are, though a stuck one asks again after its slot was taken back', async () => {
    const { clock, queue, granted, join } = queueOf(1);
    for (const id of ['stuck', 'b', 'c']) join(id);
    await clock.advance(SLOT_MS_MAX);
    join('stuck');
    expect(granted).toEqual(['stuck', 'b']);
    expect(queue).toMatchObject({ launching: 1, waiting: 2 });
  });

  it('leave no timer when all have left, and none when the queue is closed; then nobody gets one', async () => {
    const { clock, queue, granted, join } = queueOf(1);
    join('a');
    queue.leave('a');
    expect(clock.pending).toBe(0);
    for (const id of ['b', 'c']) join(id);
    queue.close();
    queue.leave('b');
    join('d');
    await clock.advance(SLOT_MS_MAX);
    expect(granted).toEqual(['a', 'b']);
    expect(clock.pending).toBe(0);
  });
});
