import type { Bug } from './bug.js';
import { BUGS } from './bugs.js';

export interface SendBug {
  readonly name: string;
  readonly bug: Bug | null;
  /** What is unknown at the provider is handed over under a new id: the one on its way arrives, too. */
  readonly newIds: boolean;
}

/** A message is handed over while its id is still being written down. */
const claimAfterSend: Bug = {
  name: 'claim after send',
  caughtBy: /^I3/,
  messages: (store) => {
    const late: typeof store = Object.create(store) as typeof store;
    late.claim = (accountId, epoch, claims) => {
      store.claim(accountId, epoch, claims).catch(() => undefined);
      return Promise.resolve(new Set(claims.map(({ messageId }) => messageId)));
    };
    return late;
  },
};

export const SEND_BUGS: readonly SendBug[] = [
  { name: 'blind resend', bug: BUGS.find(({ name }) => name === 'blind resend')!, newIds: false },
  { name: 'resend under a new id', bug: null, newIds: true },
  { name: 'claim after send', bug: claimAfterSend, newIds: false },
];
