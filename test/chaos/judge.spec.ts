import { describe, expect, it } from 'vitest';
import type { AccountEvidence, Evidence, Kept, Logged } from './evidence.js';
import { judge } from './judge.js';
import type { Witnessed } from './journal-reader.js';
import type { RoundResult } from './round.js';
import type { RuntimeEnd } from './service.js';
import { tellStory } from './story.js';
import type { Sent } from './traffic.js';

const [id, number, to] = ['acc', '+491700000001', '+491590000010'];
const at = '2026-01-02T12:00:00.000Z';
const step = (
  seq: number,
  from: string,
  state: string,
  cause: string | null = null,
): AccountEvidence['history'][number] => {
  return { seq, at, from, to: state, event: 'e', cause, incarnation: 1, epoch: 1, heldMs: 1 };
};
const HISTORY = [step(1, 'DISCONNECTED.idle', 'QR_READY'), step(2, 'QR_READY', 'CONNECTED.online')];
const textOf = (n: number): string => `${number}-0-${n}`;
const sentOf = (n: number): Sent => {
  return {
    accountId: id,
    number,
    to,
    text: textOf(n),
    n,
    messageId: `m${n}`,
    acceptedAt: Date.parse(at),
    tries: 1,
    refused: null,
  };
};
const keptOf = (n: number): Kept => ({
  id: `m${n}`,
  direction: 'out',
  status: 'delivered',
  text: textOf(n),
  error: null,
});
const seenOf = (n: number, more: Partial<Witnessed> = {}): Witnessed => {
  return { seq: n, at, kind: 'message.accepted', number: number.slice(1), to: to.slice(1), text: textOf(n), ...more };
};
const INCOMING: Witnessed = { seq: 9, at, kind: 'message.incoming', number: number.slice(1), text: 'hello' };
const eventOf = (cursor: number, event: string, more: Partial<Logged> = {}): Logged => {
  return { id: `e${cursor}`, cursor: String(cursor), event, accountId: id, at, steps: [], message: null, ...more };
};
const told = (cursor: number, event: string, n: number, status: Kept['status']): Logged =>
  eventOf(cursor, event, { message: { id: `m${n}`, status } });
const LOG = [
  eventOf(1, 'account.changed', { steps: [1, 2] }),
  told(2, 'message.accepted', 1, 'queued'),
  told(3, 'message.changed', 1, 'delivered'),
  told(4, 'message.accepted', 2, 'queued'),
  told(5, 'message.changed', 2, 'delivered'),
  eventOf(6, 'message.received'),
];
const ROUND: RoundResult = {
  n: 1,
  at: Date.parse(at),
  pairing: null,
  trouble: null,
  strikes: [{ kind: 'browser kill', at: Date.parse(at), name: '17 chromium', backMs: 900 }],
  stuck: [],
  orphans: [],
  rests: [],
};
const END: RuntimeEnd = {
  at: Date.parse(at) + 1,
  pid: 5,
  code: 0,
  signal: null,
  sent: ['SIGTERM'],
  stoppingMs: 900,
  hadStarted: true,
  lastWords: '',
};

/** Two messages sent and one received: all of it as it must be. */
const PEACE: Evidence = {
  sent: [sentOf(1), sentOf(2)],
  journal: [seenOf(1), seenOf(2), INCOMING],
  journalMissed: 0,
  accounts: [
    {
      id,
      number,
      history: HISTORY,
      messages: [keptOf(1), keptOf(2), { ...keptOf(3), direction: 'in', text: 'hello' }],
    },
  ],
  log: LOG,
  webhook: new Map([[id, ['e1', 'e6']]]),
  rounds: [ROUND],
  ends: [END],
  wrongs: [],
  orphans: [],
  locks: [],
};
const offences = (more: Partial<Evidence>): readonly string[] =>
  judge({ ...PEACE, ...more }).map(({ offence }) => offence);
const [ALICE] = PEACE.accounts as [AccountEvidence];
const withAccount = (more: Partial<AccountEvidence>): readonly string[] =>
  offences({ accounts: [{ ...ALICE, ...more }] });
/** The last known state of message 2 is another; the log says the same. */
const withOutcome = (status: Kept['status'], error: string | null, journal: readonly Witnessed[]): readonly string[] =>
  offences({
    journal,
    log: LOG.map((event) => (event.id === 'e5' ? told(5, 'message.changed', 2, status) : event)),
    accounts: [
      { ...ALICE, messages: ALICE.messages.map((each) => (each.id === 'm2' ? { ...each, status, error } : each)) },
    ],
  });

it('finds nothing where nothing is wrong', () => expect(judge(PEACE)).toEqual([]));

describe('of what was accepted', () => {
  it('a message that is missing in the journal is lost', () => {
    expect(offences({ journal: [seenOf(1), INCOMING] })).toEqual(['lost']);
  });
  it('a message that stands twice in the journal is doubled, under whatever id', () => {
    expect(offences({ journal: [seenOf(1), seenOf(2), seenOf(2, { seq: 3, messageId: 'x' }), INCOMING] })).toEqual([
      'doubled',
    ]);
  });
  it('a message that is stored twice for one key is doubled', () => {
    expect(withAccount({ messages: [...ALICE.messages, { ...keptOf(2), id: 'm9' }] })).toEqual(['doubled']);
  });
  it('a message that the API knows no more is lost', () => {
    expect(withAccount({ messages: ALICE.messages.filter((each) => each.id !== 'm2') })).toContain('lost');
  });
  it('a message that still waits at the end is lost', () => {
    expect(withOutcome('sending', null, [seenOf(1), INCOMING])).toEqual(['lost']);
  });
  it('a message that was given up is lost, whatever is said of it', () => {
    expect(withOutcome('failed', 'internal_error', [seenOf(1), INCOMING])).toEqual(['lost']);
    expect(withOutcome('failed', 'not_sent', [seenOf(1), INCOMING])).toEqual(['lost']);
  });
  it('a chat that was turned round is out of order', () => {
    expect(offences({ journal: [seenOf(2, { seq: 1 }), seenOf(1, { seq: 2 }), INCOMING] })).toEqual(['out of order']);
  });
  it('a call that never got its answer is told', () => {
    const never = { ...sentOf(3), messageId: null, acceptedAt: null, refused: '404 account_not_found' };
    expect(offences({ sent: [...PEACE.sent, never] })).toEqual(['never answered']);
  });
});

describe('what Muster says of a message', () => {
  it('may be failed when it was refused, and not when it was received or refused by nobody', () => {
    const refused = seenOf(2, { kind: 'message.refused' });
    expect(withOutcome('failed', 'refused', [seenOf(1), refused, INCOMING])).toEqual([]);
    expect(withOutcome('failed', 'refused', [seenOf(1), INCOMING])).toEqual(['false report']);
    expect(withOutcome('failed', 'not_sent', [seenOf(1), seenOf(2), INCOMING])).toEqual(['false report']);
  });
  it('may be uncertain only when nobody answered', () => {
    expect(withOutcome('uncertain', 'uncertain', [seenOf(1), seenOf(2), INCOMING])).toEqual(['uncertain']);
    expect(withOutcome('uncertain', 'uncertain', [seenOf(1), seenOf(2, { detail: 'unanswered' }), INCOMING])).toEqual(
      [],
    );
  });
});

describe('of what came in', () => {
  it('each is stored once', () => {
    expect(withAccount({ messages: [keptOf(1), keptOf(2)] })).toEqual(['incoming lost']);
    const twice = { ...keptOf(4), direction: 'in', text: 'hello' } as const;
    expect(withAccount({ messages: [...ALICE.messages, twice] })).toEqual(['incoming doubled']);
  });
});

describe('processes and accounts', () => {
  it('must be back, owned, alone on a profile, and gone at the end', () => {
    const stuck = [{ accountId: id, what: 'CONNECTING.queued' }];
    expect(offences({ rounds: [{ ...ROUND, stuck }] })).toEqual(['stuck']);
    expect(offences({ rounds: [{ ...ROUND, orphans: ['17 chromium'] }] })).toEqual(['orphan']);
    expect(offences({ orphans: ['17 chromium'] })).toEqual(['orphan']);
    expect(offences({ locks: ['locks/session-acc'] })).toEqual(['lock left']);
    expect(offences({ wrongs: [{ accountId: id, what: '2 browsers at once' }] })).toEqual(['two browsers']);
  });
  it('must keep their login once they were connected', () => {
    const steps = (event: Logged): Logged => (event.id === 'e1' ? { ...event, steps: [1, 2, 3] } : event);
    const history = [...HISTORY, step(3, 'CONNECTING.launching', 'QR_READY')];
    expect(offences({ log: LOG.map(steps), accounts: [{ ...ALICE, history }] })).toEqual(['login lost']);
  });
  it('may rest for a conflict that was played, and for nothing else', () => {
    const rests = [{ accountId: id, code: 'conflict' }];
    expect(offences({ rounds: [{ ...ROUND, rests, trouble: 'conflict' }] })).toEqual([]);
    expect(offences({ rounds: [{ ...ROUND, rests }] })).toEqual(['at rest']);
  });
});

describe('the runtime', () => {
  it('ends only when it is told to, and then cleanly and in time', () => {
    expect(
      offences({ ends: [{ ...END, sent: ['SIGKILL'], code: null, signal: 'SIGKILL', stoppingMs: null }] }),
    ).toEqual([]);
    expect(offences({ ends: [{ ...END, sent: [], code: 1, stoppingMs: null }] })).toEqual(['runtime']);
    expect(offences({ ends: [{ ...END, code: 1 }] })).toEqual(['runtime']);
    expect(offences({ ends: [{ ...END, stoppingMs: 60_000 }] })).toEqual(['runtime']);
  });
  it('may fail to stop cleanly when its database was struck, too', () => {
    const strikes = [{ ...ROUND.strikes[0]!, kind: 'Postgres kill' as const }];
    expect(offences({ rounds: [{ ...ROUND, strikes }], ends: [{ ...END, code: 1 }] })).toEqual([]);
  });
});

describe('the log of events', () => {
  it('has every step and every message, once and in order', () => {
    expect(offences({ log: LOG.map((event) => (event.id === 'e1' ? { ...event, steps: [2] } : event)) })).toEqual([
      'log',
    ]);
    expect(offences({ log: LOG.filter((event) => event.id !== 'e4') })).toEqual(['log']);
    expect(offences({ log: LOG.filter((event) => event.id !== 'e5') })).toEqual(['log']);
    expect(offences({ log: LOG.map((event) => (event.id === 'e4' ? { ...event, cursor: '1' } : event)) })).toEqual([
      'log',
    ]);
  });
  it('is told to the webhook as it is, twice only under the same id', () => {
    expect(offences({ webhook: new Map([[id, ['e1', 'e1', 'e6']]]) })).toEqual([]);
    expect(offences({ webhook: new Map([[id, ['e6', 'e1']]]) })).toEqual(['webhook']);
    expect(offences({ webhook: new Map([[id, ['e1']]]) })).toEqual(['webhook']);
  });
});

it('proves nothing when the witness has gaps', () => {
  expect(offences({ journalMissed: 3 })).toEqual(['witness']);
  expect(offences({ journal: [] })).toContain('witness');
});

it('tells a violation with the strikes, the steps and the way of the message', () => {
  const evidence = { ...PEACE, journal: [seenOf(1), seenOf(2), seenOf(2, { seq: 3 }), INCOMING] };
  const story = tellStory(judge(evidence)[0]!, evidence);
  for (const part of [
    'received 2 times',
    'browser kill: 17 chromium',
    'QR_READY → CONNECTED.online',
    'stand-in: message.accepted',
    'm2, delivered',
  ])
    expect(story).toContain(part);
});
