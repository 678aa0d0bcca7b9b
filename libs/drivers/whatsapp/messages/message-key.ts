import { createHash } from 'node:crypto';

/** WhatsApp's web client names its messages `3EB0` and nine random bytes in capital hex; anything else would stand out. */
const PREFIX = '3EB0';
const BYTES = 9;

/**
 * The last part of the key under which WhatsApp will know our message. It comes from our own id alone, so that after a
 * crash the same message is looked for, or sent again, under the same key.
 */
export function keyIdOf(messageId: string): string {
  const hash = createHash('sha256').update(messageId).digest('hex');
  return PREFIX + hash.slice(0, BYTES * 2).toUpperCase();
}

/** `true_380…@c.us_3EB0…` and, in a group, `…_380…@c.us` behind it: the third part names the message within its chat. */
export function keyIdIn(providerMessageId: string): string | null {
  return providerMessageId.split('_')[2] ?? null;
}
