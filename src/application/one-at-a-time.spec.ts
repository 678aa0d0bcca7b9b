import { describe, expect, it } from 'vitest';
import { OneAtATime } from './one-at-a-time.js';

/** Work that ends when it is told to. */
function work(name: string, begun: string[]) {
  let end: (value: string) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const over = new Promise<string>((resolve, reject) => ([end, fail] = [resolve, reject]));
  return { run: () => (begun.push(name), over), end: () => end(name), fail: () => fail(new Error(name)) };
}

describe('work, one at a time', () => {
  it('waits for what was given before it on the same thing, and for nothing else', async () => {
    const turns = new OneAtATime();
    const begun: string[] = [];
    const [first, second, other] = [work('first', begun), work('second', begun), work('other', begun)];
    const answers = [turns.within('a', first.run), turns.within('a', second.run), turns.within('b', other.run)];
    expect(begun).toEqual(['first', 'other']);
    other.end();
    first.end();
    expect(await answers[0]).toBe('first');
    second.end();
    expect(await Promise.all(answers)).toEqual(['first', 'second', 'other']);
    expect(begun).toEqual(['first', 'other', 'second']);
  });

  it('goes on when what was before it has failed', async () => {
    const turns = new OneAtATime();
    const [first, second] = [work('first', []), work('second', [])];
    const failing = turns.within('a', first.run);
    const following = turns.within('a', second.run);
    first.fail();
    second.end();
    await expect(failing).rejects.toThrow('first');
    expect(await following).toBe('second');
  });
});
