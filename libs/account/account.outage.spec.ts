import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEGRADED_DEADLINE_MS, PROVIDER_TIMEOUT_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import { REASON_CODES, REASONS, type ReasonCode } from '#libs/contracts/reasons';
import { LAUNCH_WAITS } from '#libs/contracts/session';
import { describeAccount, revive, stateOf } from './account.snapshot.js';
import { down, history, launched, paired, probed, ready, START, story } from '#test/support/account-story';
import type { Untimed } from '#test/support/account-story';

const OUTAGES = REASON_CODES.filter((code) => REASONS[code].class === 'outage');
const waiting = (on: (typeof LAUNCH_WAITS)[number]): Untimed => ({ type: 'driver.waiting', on });
const degraded = (reason: ReasonCode): Untimed => ({ type: 'driver.degraded', reason });
const reasonAfter = (events: readonly Untimed[]): string | undefined => story(events).view.reason?.code;

describe('a launch that ends at its deadline', () => {
  const late: Untimed = { type: 'deadline.launch' };

  it.each([
    ['never said a word', [], 'page_unreachable'],
    ['waited for the site', [waiting('site')], 'page_unreachable'],
    ['waited for the page', [waiting('site'), waiting('page')], 'page_did_not_boot'],
    ['waited for the socket', [waiting('site'), waiting('page'), waiting('socket')], 'socket_stuck'],
  ])('and %s says why: %s', (_, waits, reason) => {
    const { context, state } = story([...launched, ...waits, late]);
    expect([state, context.ending?.code, context.reason?.code]).toEqual(['CONNECTING.closing', reason, reason]);
  });

  it('does not say what an earlier launch had waited for', () => {
    const again: Untimed[] = [
      down('socket_stuck', { do: 'restart', at: START, history }),
      { type: 'deadline.backoff' },
      launched[1]!,
    ];
    expect(reasonAfter([...launched, waiting('socket'), late, ...again, late])).toBe('page_unreachable');
  });
});

describe('a wait for a launch that is over at its deadline', () => {
  const late: Untimed = { type: 'deadline.queue' };
  const again = (reason: ReasonCode): Untimed[] => [
    ...paired,
    down(reason, { do: 'restart', at: START, history }),
    { type: 'deadline.backoff' },
    late,
  ];

  it.each(['network_unreachable', 'browser_gone'] as const)(
    'still says what led there: %s tells more than that many wait',
    (reason) => {
      const { state, view } = story(again(reason));
      expect([state, view.reason]).toEqual(['CONNECTING.backingOff', story(again(reason).slice(0, -1)).view.reason]);
      expect(view.reason?.code).toBe(reason);
    },
  );

  it.each([
    ['a person asked for', [launched[0]!, late]],
    ['follows a browser that was replaced', [...paired, { type: 'account.recycle' }, down('recycled'), late]],
  ] as const)('says that many wait when it is one that %s', (_, events) => {
    const { state, view } = story(events);
    expect([state, view.reason?.code]).toEqual(['CONNECTING.backingOff', 'launch_queue_full']);
  });
});

describe('a login that is being synchronised without its line to the provider', () => {
  const syncing = paired.slice(0, 4);
  const late: Untimed = { type: 'deadline.authentication' };

  it('is an outage when its deadline comes, not a crash', () => {
    expect(reasonAfter([...syncing, late])).toBe('never_ready');
    expect(reasonAfter([...syncing, degraded('network_unreachable'), late])).toBe('network_unreachable');
    expect(reasonAfter([...syncing, degraded('provider_timeout'), ready, late])).toBe('probe_unanswered');
    expect(reasonAfter([...launched, waiting('socket'), { type: 'driver.scanned' }, late])).toBe('never_ready');
  });

  it('is not believed to be ready by a probe from before', () => {
    const lost = [...syncing, ready, degraded('network_unreachable')];
    expect(story([...lost, probed]).state).toBe('AUTHENTICATING.syncing');
    expect(story([...lost, ready]).orders.filter((order) => order === 'probeSession')).toHaveLength(2);
    expect(story([...lost, ready, probed]).view).toMatchObject({ detail: 'CONNECTED.online', reason: null });
  });

  it('keeps the deadline it had', () => {
    const { context } = story(syncing);
    expect(story([...syncing, degraded('network_unreachable')]).context.deadline).toEqual(context.deadline);
  });
});

describe('a connection without its provider', () => {
  const at = START + paired.length;
  const deadlineAfter = (...facts: Untimed[]): number | undefined => story([...paired, ...facts]).context.deadline?.at;

  it('is replaced sooner when it is the provider who does not answer', () => {
    expect(deadlineAfter(degraded('network_unreachable'))).toBe(at + DEGRADED_DEADLINE_MS);
    expect(deadlineAfter(degraded('provider_timeout'))).toBe(at + PROVIDER_TIMEOUT_DEADLINE_MS);
  });

  it('gains no time by changing to and fro', () => {
    const [network, timeout] = [degraded('network_unreachable'), degraded('provider_timeout')];
    expect(deadlineAfter(network, timeout)).toBe(at + 1 + PROVIDER_TIMEOUT_DEADLINE_MS);
    expect(deadlineAfter(timeout, network, timeout)).toBe(at + PROVIDER_TIMEOUT_DEADLINE_MS);
    const soon = story([...paired, network]);
    const late = story([timeout], soon.snapshot, at + DEGRADED_DEADLINE_MS - 5);
    expect(late.context.deadline?.at).toBe(at + DEGRADED_DEADLINE_MS);
  });

  it('has all its time again after it had been back', () => {
    const timeout = degraded('provider_timeout');
    expect(deadlineAfter(timeout, ready, timeout)).toBe(at + 2 + PROVIDER_TIMEOUT_DEADLINE_MS);
  });

  it('has no outage any more when it is back', () => {
    expect(story([...paired, degraded('provider_timeout'), ready]).context).toMatchObject({
      outage: null,
      reason: null,
      deadline: null,
    });
  });

  it('ends with the reason it had last', () => {
    const late: Untimed = { type: 'deadline.degraded' };
    const end = (...facts: Untimed[]) => story([...paired, ...facts, late]).context.ending?.code;
    expect(end(degraded('network_unreachable'))).toBe('network_unreachable');
    expect(end(degraded('network_unreachable'), degraded('provider_timeout'))).toBe('provider_timeout');
    expect(end(degraded('provider_timeout'), degraded('network_unreachable'))).toBe('network_unreachable');
    expect(end(degraded('page_hung'))).toBe('network_unreachable');
  });
});

it('an outage never ends in FAILED, in whatever order it comes', () => {
  const moves: readonly Untimed[] = [
    { type: 'launch.granted' },
    { type: 'driver.scanned' },
    ready,
    probed,
    ...LAUNCH_WAITS.map(waiting),
    ...OUTAGES.flatMap((reason): Untimed[] => [
      degraded(reason),
      { type: 'driver.broken', reason },
      down(reason, { do: 'restart', at: START, history }),
    ]),
    ...(['queue', 'launch', 'degraded', 'backoff', 'close'] as const).map((name): Untimed => {
      return { type: `deadline.${name}` };
    }),
    { type: 'account.connect' },
    { type: 'account.restart' },
    { type: 'account.recycle' },
  ];
  const online = story(paired).snapshot;
  assert(
    property(array(constantFrom(...moves), { maxLength: 40 }), (events) => {
      for (const from of [revive(null, START).snapshot, online]) {
        const { snapshot } = story(events, from);
        expect(describeAccount(snapshot).status, stateOf(snapshot)).not.toBe('FAILED');
      }
    }),
    { numRuns: 2_000 },
  );
});
