import { describe, expect, it } from 'vitest';
import { isForeign } from './foreign-page.js';

describe('who calls', () => {
  it.each([
    ['a program', { host: '127.0.0.1:5001' }],
    ['a program that names no host', {}],
    ['a page of ours', { host: 'localhost:5001', origin: 'http://localhost:5001' }],
    ['a page of ours by the other address', { host: '[::1]:5001', origin: 'http://[::1]:5001' }],
  ])('may: %s', (_, headers) => expect(isForeign(headers)).toBe(false));

  it.each([
    ['a page of another site', { host: '127.0.0.1:5001', origin: 'https://example.org' }],
    ['a page of another program here', { host: '127.0.0.1:5001', origin: 'http://127.0.0.1:8080' }],
    ['a page without an origin of its own', { host: '127.0.0.1:5001', origin: 'null' }],
    ['a name bound anew to this machine', { host: 'example.org:5001', origin: 'http://example.org:5001' }],
    ['no name at all', { host: '%%' }],
  ])('may not: %s', (_, headers) => expect(isForeign(headers)).toBe(true));
});
