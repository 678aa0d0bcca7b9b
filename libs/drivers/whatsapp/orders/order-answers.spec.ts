import { describe, expect, it } from 'vitest';
import { isBadRecipient } from './order-answers.js';

describe('the words of the page', () => {
  it('tell a bad address from other trouble', () => {
    expect(isBadRecipient('No LID for user')).toBe(true);
    expect(isBadRecipient("wid error: invalid wid 'x'")).toBe(true);
    expect(isBadRecipient("ServerStatusCodeError: item-not-found: no group '1203@g.us'")).toBe(true);
    expect(isBadRecipient('Target closed')).toBe(false);
  });
});
