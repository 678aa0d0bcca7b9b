import type { DriverFact } from '#libs/contracts/session';

const LAST_WORDS: ReadonlySet<DriverFact['type']> = new Set([
  'driver.broken',
  'driver.logged-out',
  'driver.acknowledged',
  'driver.refused',
]);

/**
 * What a session still says while it ends, before its last fact. What the servers say of messages is among it: who does not
 * hear that one was sent may send it again by the next login, whose page knows nothing of it.
 */
export const isLastWord = ({ type }: DriverFact): boolean => LAST_WORDS.has(type);
