import { expect, it } from 'vitest';
import { isolated } from './isolated.js';

it('a text that turns the direction of writing is kept from what stands around it', () => {
  expect(isolated('Sales Kyiv')).toBe('Sales Kyiv');
  expect(isolated('a\u202eb')).toBe('\u2068a\u202eb\u2069');
  expect(isolated('שלום')).toBe('\u2068שלום\u2069');
});

it('nor does it get out by closing what it is kept in', () => {
  expect(isolated('a\u2069\u202eb')).toBe('\u2068a\u202eb\u2069');
});
