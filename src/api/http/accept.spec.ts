import { describe, expect, it } from 'vitest';
import { bestType } from './accept.js';

const offered = ['application/json', 'image/png', 'image/svg+xml'] as const;

describe('content negotiation', () => {
  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['image/png', 'image/png'],
    ['IMAGE/PNG', 'image/png'],
    ['image/*', 'image/png'],
    ['image/svg+xml, image/png;q=0.9', 'image/svg+xml'],
    ['image/avif,image/webp,image/svg+xml,image/*,*/*;q=0.8', 'image/png'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'],
    ['image/*, image/png;q=0', 'image/svg+xml'],
    ['text/html', null],
    ['application/json;q=0', null],
    ['application/json;q=nonsense', null],
    [',;=,', null],
  ])('%s → %s', (accept, expected) => {
    expect(bestType(accept, offered)).toBe(expected);
  });
});
