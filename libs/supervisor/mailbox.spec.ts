import { describe, expect, it } from 'vitest';
import { createMailbox } from './mailbox.js';

function createBox(max = 3, controlMax = 2) {
  let woken = 0;
  const box = createMailbox<string>({ max, controlMax, onMail: () => woken++ });
  return { box, woken: () => woken };
}

describe('S15 mailbox', () => {
  it('keeps the order, and refuses as busy what does not fit, losing nothing that it took', () => {
    const { box } = createBox();
    const posted = ['a', 'b', 'c', 'd'].map((message) => box.post(message));
    expect(posted.map((answer) => answer.ok)).toEqual([true, true, true, false]);
    expect(posted[3]).toEqual({ ok: false, why: 'busy' });
    expect(box.takeAll()).toEqual(['a', 'b', 'c']);
    expect(box.post('d').ok).toBe(true);
  });

  it('lets control messages through a full box, ahead of waiting mail, in their order', () => {
    const { box } = createBox();
    for (const message of ['a', 'b', 'c']) box.post(message);
    expect([box.postControl('stop').ok, box.postControl('ownership lost').ok]).toEqual([true, true]);
    expect(box.postControl('stop')).toEqual({ ok: false, why: 'busy' });
    expect(box.size).toBe(5);
    expect(box.takeAll()).toEqual(['stop', 'ownership lost', 'a', 'b', 'c']);
    expect(box.size).toBe(0);
  });

  it('holds a thousand and not one more', () => {
    const { box } = createBox(1_000);
    const taken = Array.from({ length: 1_001 }, (_, n) => box.post(String(n)).ok).filter(Boolean).length;
    expect(taken).toBe(1_000);
  });

  it('wakes its reader once per batch, whichever lane was first', () => {
    const { box, woken } = createBox();
    box.post('a');
    box.post('b');
    box.postControl('stop');
    expect(woken()).toBe(1);
    box.takeAll();
    box.postControl('stop');
    box.post('c');
    expect(woken()).toBe(2);
  });

  it('gives everything to a reader that drains, awaits, and drains again, though mail comes meanwhile', async () => {
    const read: string[][] = [];
    let working: Promise<void> | null = null;
    const work = async (): Promise<void> => {
      await Promise.resolve();
      for (let batch = box.takeAll(); batch.length > 0; batch = box.takeAll()) {
        read.push([...batch]);
        if (batch.includes('a')) box.post('came while reading');
        await Promise.resolve();
      }
      working = null;
    };
    const box = createMailbox<string>({ max: 10, controlMax: 1, onMail: () => void (working ??= work()) });
    box.post('a');
    box.post('b');
    await (working as Promise<void> | null);
    box.post('c');
    await (working as Promise<void> | null);
    expect(read).toEqual([['a', 'b'], ['came while reading'], ['c']]);
  });

  it('hands out the rest once when closed, and refuses all that comes later', () => {
    const { box, woken } = createBox();
    box.post('a');
    box.postControl('stop');
    expect(box.close()).toEqual(['stop', 'a']);
    expect(box.close()).toEqual([]);
    expect(box.post('b')).toEqual({ ok: false, why: 'closed' });
    expect(box.postControl('stop')).toEqual({ ok: false, why: 'closed' });
    expect(box.takeAll()).toEqual([]);
    expect(woken()).toBe(1);
  });
});
