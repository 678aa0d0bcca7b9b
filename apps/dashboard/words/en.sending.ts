import { LEASE_FAILURES } from '#libs/contracts/account-manager/fence';

export const enSending = {
  paused: 'Sending is paused',
  stale: 'What waits became old while the account was away. Say whether it still goes out.',
  byPerson: 'A person has paused it. New messages are taken, and wait.',
  waiting: (count: string) => `Waiting: ${count}`,
  pause: 'Pause sending',
  resume: 'Resume',
  sendAll: 'Send what waits',
  giveUp: 'Give up what waits',
  errors: {
    refused: 'The provider refused the message.',
    rejected: 'The provider said no; it is tried again a few times.',
    not_sent: 'The provider does not have it yet.',
    expired: 'Not sent in the time for which it was wanted.',
    uncertain: 'The provider neither confirmed nor denied this message. Ask the recipient before sending it again.',
    stale: 'Given up when sending was resumed: it had waited too long.',
    bad_recipient: 'The provider knows no such recipient.',
    unsupported: 'The provider can’t send this kind of message.',
    unanswered: 'The session did not answer; it is tried again.',
    media_gone: 'Its file is not kept any more.',
    target_not_sent: 'The message that this is about was never sent.',
    ...LEASE_FAILURES,
    internal_error: 'Muster broke while it sent this message. The log says how; please report it.',
  },
};
