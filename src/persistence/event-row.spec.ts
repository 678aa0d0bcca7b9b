import { expect, it } from 'vitest';
import { LOGGED_EVENT_NAMES } from '#libs/contracts/event-log';
import { loggedEventOf } from './event-row.js';

const at = new Date(0);

it.each(LOGGED_EVENT_NAMES)('%s in a form of another version is told as it lies, and stops nobody', (name) => {
  for (const data of [{}, { state: 1, steps: [] }, { change: { at: 'then' } }, { createdAt: 'then', content: 3 }]) {
    expect(loggedEventOf({ id: '7', accountId: null, name, at, data })).toMatchObject({ id: '7', event: name });
  }
});
