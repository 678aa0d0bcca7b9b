import { expect, it } from 'vitest';
import { readRange } from './byte-range.js';

it.each([
  ['bytes=0-4', { first: 0, last: 4 }],
  ['bytes=5-', { first: 5, last: 9 }],
  ['bytes=-3', { first: 7, last: 9 }],
  ['bytes=-30', { first: 0, last: 9 }],
  ['bytes=9-9', { first: 9, last: 9 }],
  ['bytes=5-1000', { first: 5, last: 9 }],
  ['Bytes=0-0', { first: 0, last: 0 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=10-20', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=4-2', null],
  ['bytes=0-1,5-6', null],
  ['bytes=-', null],
  ['bytes=a-b', null],
  ['items=0-4', null],
  ['', null],
  [undefined, null],
])('%s of ten bytes is %j', (header, range) => {
  expect(readRange(header, 10)).toEqual(range);
});

it('finds nothing in an empty file', () => {
  expect([readRange('bytes=0-', 0), readRange('bytes=-1', 0)]).toEqual(['unsatisfiable', 'unsatisfiable']);
});
