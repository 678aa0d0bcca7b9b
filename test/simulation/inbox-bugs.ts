import type { Bug } from './bug.js';

/** After an absence, an account asks only for what comes from then on. */
export const catchUpFromNowOn: Bug = {
  name: 'catch-up from now on',
  breaks: 'I2',
  infect: ({ clock }, { inbox }) => {
    const position = inbox.position.bind(inbox);
    inbox.position = (accountId) => {
      const { heardUntil, ...known } = position(accountId);
      return { ...known, chats: [], heardUntil: heardUntil === null ? null : clock.now() };
    };
  },
};

/** What is heard counts as stored: the mark moves on while the message may still be lost with the process. */
export const markedBeforeStored: Bug = {
  name: 'marked before stored',
  breaks: 'I2',
  infect: (_runtime, { inbox }) => {
    const receive = inbox.receive.bind(inbox);
    inbox.receive = (accountId, epoch, message, terms) => {
      inbox.heardUntil(accountId, epoch, terms.at + HOUR_MS);
      return receive(accountId, epoch, message, terms);
    };
  },
};

/** Far beyond what is told again for safety. */
const HOUR_MS = 3_600_000;
