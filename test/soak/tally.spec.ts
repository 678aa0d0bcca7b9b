import { expect, it } from 'vitest';
import { Tally } from './tally.js';

const message = { direction: 'out', accountId: 'a', text: 'hello' } as const;

it('a message that a witness saw once is neither lost nor doubled', () => {
  const tally = new Tally();
  tally.expect('out', 'a', 'hello');
  tally.saw('stream', message);
  expect(tally.lostAndDoubled('stream')).toEqual([]);
});

it('one that nobody saw is lost, one that came twice is doubled, one that nobody wrote is told', () => {
  const tally = new Tally();
  tally.expect('out', 'a', 'hello');
  tally.expect('in', 'a', 'hello');
  tally.saw('store', message);
  tally.saw('store', message);
  tally.saw('store', { ...message, accountId: 'b' });
  expect(tally.lostAndDoubled('store')).toEqual([
    'store: "hello" (out, account a) came 2 times',
    'store: "hello" (in, account a) is lost',
    'store: nobody knows of "out b hello"',
  ]);
  expect(tally.lostAndDoubled('provider', ['in'])).toEqual(['provider: "hello" (in, account a) is lost']);
});
