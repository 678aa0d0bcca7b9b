import { describe, expect, it } from 'vitest';
import { down, launched, paired, qr, restartAt, START, story } from '#test/support/account-story';
import type { Untimed } from '#test/support/account-story';

const recycle: Untimed = { type: 'account.recycle' };
const crashed: Untimed[] = [
  ...paired,
  down('browser_gone', restartAt(START)),
  { type: 'deadline.backoff' },
  launched[1]!,
  ...paired.slice(3),
];

describe('an account whose browser is replaced', () => {
  it('closes the old one properly, and launches without a pause', () => {
    const closing = story([...paired, recycle]);
    expect([closing.state, closing.orders.at(-1)]).toEqual(['CONNECTING.closing', 'closeSession']);
    expect(closing.view.reason?.code).toBe('recycled');
    const after = story([...paired, recycle, down('recycled')]);
    expect([after.state, after.orders.at(-1)]).toEqual(['CONNECTING.queued', 'requestLaunch']);
  });

  it('counts neither a crash nor a restart, and keeps what it had', () => {
    const before = story(crashed).context;
    const { crashes, restartCount, login, phone, desired } = story([
      ...crashed,
      recycle,
      down('recycled', { do: 'rest', history: before.crashes }),
    ]).context;
    expect({ crashes, restartCount, login, phone, desired }).toMatchObject({
      crashes: before.crashes,
      restartCount: before.restartCount,
      login: 'saved',
      phone: before.phone,
      desired: 'CONNECTED',
    });
    expect(before.restartCount).toBe(1);
  });

  it('remembers that the connection before had held', () => {
    const rested: Untimed = down('recycled', { do: 'rest', history: { crashedAt: [], attempt: 0 } });
    expect(story([...crashed, recycle, rested]).context.crashes.attempt).toBe(0);
  });

  it('is no person at hand: a code means that the login has expired', () => {
    expect(story([...paired, recycle, down('recycled'), launched[1]!, qr(1)]).view.reason?.code).toBe(
      'session_expired',
    );
  });

  it('is ended by force when it does not close, and comes back all the same', () => {
    const forced = story([...paired, recycle, { type: 'deadline.close' }]);
    expect(forced.orders.at(-1)).toBe('killSession');
    expect(story([...paired, recycle, { type: 'deadline.close' }, down('recycled')]).state).toBe('CONNECTING.queued');
  });

  it.each([
    ['account.disconnect', 'DISCONNECTED.idle'],
    ['account.logout', 'DISCONNECTED.idle'],
    ['account.restart', 'CONNECTING.queued'],
    ['account.connect', 'CONNECTING.queued'],
  ] as const)('follows a person who says %s meanwhile', (type, state) => {
    expect(story([...paired, recycle, { type }, down('stopped')]).state).toBe(state);
  });

  it.each([
    ['at rest', []],
    ['on its way', launched],
    ['showing a code', [...launched, qr(1)]],
    ['without its provider', [...paired, { type: 'driver.degraded', reason: 'network_unreachable' }]],
    ['failed', [...paired, down('blocked')]],
  ] as [string, Untimed[]][])('is one that is online: %s it is left alone', (_, events) => {
    expect(story([...events, recycle]).state).toBe(story(events).state);
    expect(story([...events, recycle]).orders).toEqual(story(events).orders);
  });
});

describe('whoever connects an account that is being restarted', () => {
  const broken: Untimed = { type: 'driver.broken', reason: 'page_hung' };

  it('has not to wait for the back-off; the old session goes first all the same', () => {
    const closing = [...paired, broken, { type: 'account.connect' }] as const;
    expect(story(closing).state).toBe('CONNECTING.closing');
    expect(story([...closing, down('stopped')]).state).toBe('CONNECTING.queued');
    expect(story([...paired, broken, down('page_hung', restartAt(START))]).state).toBe('CONNECTING.backingOff');
  });
});
