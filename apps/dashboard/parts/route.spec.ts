import { describe, expect, it } from 'vitest';
import { accountHref, readRoute } from './route.js';

describe('the address behind the #', () => {
  it('leads to an account', () => {
    expect(readRoute(accountHref('0196b3f0-a'))).toEqual({ page: 'account', id: '0196b3f0-a' });
  });

  it('leads to the fleet from anywhere else', () => {
    for (const hash of ['', '#/', '#/accounts/', '#/accounts/a/b', '#/nowhere'])
      expect(readRoute(hash)).toEqual({ page: 'fleet' });
  });
});
