import { describe, expect, it } from 'vitest';
import { levelOf, Receipts } from './receipts.js';

const PREPARED = 'true_380000000001@c.us_3EB0AA';
const FILED = 'true_77000000000001@lid_3EB0AA';

describe('what WhatsApp says of a message', () => {
  it.each([
    [-1, 'refused'],
    [0, 'pending'],
    [1, 'sent'],
    [2, 'delivered'],
    [3, 'read'],
    [4, 'read'],
  ])('acknowledgement %d is %s', (ack, level) => expect(levelOf(ack)).toBe(level));

  it('is told under the id it was sent by, also when it was filed under the other address of its chat', () => {
    const receipts = new Receipts();
    receipts.remember('3EB0AA', PREPARED);
    expect(receipts.factOf(FILED, 2)).toEqual({
      type: 'driver.acknowledged',
      providerMessageId: PREPARED,
      level: 'delivered',
    });
    expect(receipts.factOf(FILED, -1)).toMatchObject({ type: 'driver.refused', providerMessageId: PREPARED });
  });

  it('is told under its own id when nothing is known of it', () => {
    expect(new Receipts().factOf(FILED, 1)).toMatchObject({ providerMessageId: FILED, level: 'sent' });
  });
});
