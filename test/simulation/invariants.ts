/** What must hold, by the name under which its breach is told. */
export const INVARIANTS = {
  I1: 'never two live owners of an account, nor two sessions of it',
  I2: 'what was accepted is sent, failed or uncertain; what came in is stored',
  I3: 'no message twice, on either side',
  I4: 'first in, first out in each chat',
  I5: 'no session without an owner, nor where its account has none',
  I6: 'no state past its deadline',
  I7: 'every crash reaches CONNECTED or FAILED in bounded time, and no outage ends in FAILED',
  I8: 'restarts within the intensity, in any window, over all lives of the runtime',
  I9: 'one fault touches its own account only',
  I10: 'no write under a stale epoch succeeds',
  I11: 'timers, mail and changes under way return to their base line',
  I12: 'nothing that was announced is undone',
  S7: 'each wait of a row is twice as long as the one before, until a connection held',
  S9: 'no session is ended by force before it had time to close',
  S15: 'mailboxes are bounded',
  S16: 'what a mailbox refuses is a dead letter',
  S19: 'what broke its actor again and again is not given to it any more',
  log: 'no event without its change, no change without its event, in order',
  'normal exits rest': 'after a normal end only a person opens a session',
  conflict: 'a conflict is tried once more, after a pause, and never a third time',
  recycle: 'a browser is replaced between two messages, and that counts as nothing',
  logout: 'a logout that was granted ends the login, or tells that the device is left',
  stop: 'a stop ends in bounded time',
  'a bug shows itself': 'no line of the log that only a bug of ours can write',
} as const;

export type Invariant = keyof typeof INVARIANTS;
