import { expect, it } from 'vitest';
import type { MusterEvent } from '#libs/contracts/events';
import { createLogger } from './logger.js';
import { logNews } from './news-log.js';

function logged(...events: MusterEvent[]): Record<string, unknown>[] {
  const lines: string[] = [];
  const logger = createLogger(
    { logLevel: 'info', apiKeys: [], databaseUrl: null },
    { write: (line: string) => void lines.push(line) },
  );
  logNews({ subscribe: (listener) => (events.forEach(listener), () => undefined) }, logger);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const step = { at: '2026-11-21T00:00:00.000Z', cause: 'browser_gone', incarnation: 2, epoch: 1, heldMs: 40 };

it('tells a change with its reason in plain words, and a failure as an error', () => {
  const [line] = logged({
    event: 'account.changed',
    accountId: 'a',
    at: 0,
    state: {
      status: 'FAILED',
      detail: 'FAILED.idle',
      desired: 'CONNECTED',
      phone: null,
      reason: { code: 'browser_gone', at: 0, detail: null },
      since: 0,
      restarts: { count: 5, nextAttemptAt: null },
    },
    transitions: [{ ...step, seq: 1, from: 'CONNECTED.online', to: 'FAILED.idle', event: 'session.down' }],
  });
  expect(line).toMatchObject({
    level: 'error',
    to: 'FAILED.idle',
    reason: 'browser_gone',
    why: 'The browser ended unexpectedly.',
    who: 'operator',
  });
});

it('tells what was done by force, and keeps the ordinary to itself', () => {
  const note = (what: string): MusterEvent => ({ event: 'supervisor.noted', accountId: 'a', at: 0, what, data: {} });
  expect(logged(note('sessions.started'), note('sessions.killed')).map(({ what }) => what)).toEqual([
    'sessions.killed',
  ]);
});

it('tells that restarts are held, and that they are no more, with the numbers', () => {
  const note = (what: string, data: Record<string, unknown>): MusterEvent => {
    return { event: 'supervisor.noted', accountId: null, at: 0, what, data };
  };
  const on = note('restarts.brake_on', { provider: 'whatsapp', failed: 8, wanted: 10 });
  const off = note('restarts.brake_off', {
    provider: 'whatsapp',
    why: 'connected',
    lastedMs: 3_000,
    scouts: 1,
    held: 7,
  });
  expect(logged(on, off)).toMatchObject([
    { level: 'warn', what: 'restarts.brake_on', failed: 8, wanted: 10 },
    { level: 'info', what: 'restarts.brake_off', scouts: 1, held: 7 },
  ]);
});
