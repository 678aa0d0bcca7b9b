import { describe, expect, it } from 'vitest';
import { createLaunchQueue } from './launch-queue.js';

function queueOf(parallelMax: number) {
  const queue = createLaunchQueue(parallelMax);
  const granted: string[] = [];
  return { queue, granted, join: (id: string) => queue.join(id, () => void granted.push(id)) };
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

  it('keep their number when a grant leads to a leave at once', () => {
    const queue = createLaunchQueue(1);
    const granted: string[] = [];
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
});
