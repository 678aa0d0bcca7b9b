import { describe, expect, it } from 'vitest';
import { isBadRecipient, levelOf } from './session-orders.js';

describe('the words of the page', () => {
  it.each([
    [-1, 'refused'],
    [0, 'pending'],
    [1, 'sent'],
    [2, 'delivered'],
    [3, 'read'],
    [4, 'read'],
  ])('acknowledgement %d is %s', (ack, level) => expect(levelOf(ack)).toBe(level));

  it('tell a bad address from other trouble', () => {
    expect(isBadRecipient('No LID for user')).toBe(true);
    expect(isBadRecipient("wid error: invalid wid 'x'")).toBe(true);
    expect(isBadRecipient('Target closed')).toBe(false);
  });
});
