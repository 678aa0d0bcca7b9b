import { expect, it } from 'vitest';
import type { FromEngine } from '#libs/contracts/engine-ipc';
import type { DriverFact } from '#libs/contracts/session';
import type { Driver } from '#libs/drivers/driver';
import { createHostedSessions } from './hosted-sessions.js';

/** Sessions that never close by themselves; one of the name `stuck` can't be ended by force either. */
function host() {
  const said: FromEngine[] = [];
  const driver: Driver = {
    provider: 'simulated',
    can: new Set(),
    open: ({ accountId }, report: (fact: DriverFact) => void) => ({
      ask: async () => ({ ok: false, why: 'gone', detail: '' }),
      async kill() {
        await new Promise((resolve) => setImmediate(resolve));
        if (accountId === 'stuck') throw new Error('process 7 could not be ended');
        await new Promise((resolve) => setTimeout(resolve, 20));
        report({ type: 'driver.closed' });
      },
    }),
    discardLogin: async () => {},
    close: async () => {},
  };
  const sessions = createHostedSessions(new Map([['simulated', driver]]), (message) => said.push(message));
  for (const accountId of ['stuck', 'alice'])
    sessions.open({
      kind: 'open',
      session: accountId,
      provider: 'simulated',
      opening: { accountId, incarnation: 1, epoch: 1, login: 'none', settings: {} },
    });
  return { sessions, said };
}

it('a session that can’t be ended is told as such, and costs the host nothing', async () => {
  const { sessions, said } = host();
  await sessions.kill({ kind: 'kill', session: 'stuck', question: 1 });
  expect(said).toEqual([
    {
      kind: 'answer',
      question: 1,
      answer: { ok: false, why: 'rejected', detail: 'Error: process 7 could not be ended' },
    },
  ]);
});

it('at the end all are ended before it is told that one could not be', async () => {
  const { sessions, said } = host();
  await expect(sessions.closeAll(1, new AbortController().signal)).rejects.toThrow('process 7');
  expect(said).toContainEqual({ kind: 'fact', session: 'alice', fact: { type: 'driver.closed' } });
});
