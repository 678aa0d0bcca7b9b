import { describe, expect, it } from 'vitest';
import {
  AUTHENTICATION_DEADLINE_MS,
  BACKOFF_MS_MAX,
  CLOSE_DEADLINE_MS,
  KILL_DEADLINE_MS,
  LAUNCH_DEADLINE_MS,
  QR_ATTEMPTS_MAX,
  QR_SCAN_DEADLINE_MS,
} from '#libs/contracts/limits/sessions';
import {
  connect,
  down,
  history,
  launched,
  paired,
  qr,
  restartAt,
  START,
  story,
  type Untimed,
} from '#test/support/account-story';

describe('connecting', () => {
  it('goes by every status to CONNECTED, and says so only after the probe', () => {
    const seen = paired.map((_, i) => story(paired.slice(0, i + 1)).state);
    expect(seen).toEqual([
      'CONNECTING.queued',
      'CONNECTING.launching',
      'QR_READY',
      'AUTHENTICATING.syncing',
      'AUTHENTICATING.verifying',
      'CONNECTED.online',
    ]);
    expect(story(paired).view).toMatchObject({
      status: 'CONNECTED',
      desired: 'CONNECTED',
      phone: '+380441234567',
      reason: null,
    });
  });

  it('gives its orders in order: a slot, a session, a probe', () => {
    expect(story(paired).orders).toEqual(['requestLaunch', 'openSession', 'probeSession']);
  });

  it('gives every wait its own absolute deadline', () => {
    const deadlineAfter = (events: Untimed[]) => story(events).context.deadline;
    expect(deadlineAfter(launched)).toEqual({ name: 'launch', at: START + 1 + LAUNCH_DEADLINE_MS });
    expect(deadlineAfter([...launched, qr(1), qr(2)])).toEqual({ name: 'scan', at: START + 2 + QR_SCAN_DEADLINE_MS });
    expect(deadlineAfter(paired.slice(0, 4))).toEqual({
      name: 'authentication',
      at: START + 3 + AUTHENTICATION_DEADLINE_MS,
    });
    expect(deadlineAfter(paired.slice(0, 5))).toEqual({
      name: 'authentication',
      at: START + 3 + AUTHENTICATION_DEADLINE_MS,
    });
    expect(deadlineAfter(paired)).toBeNull();
  });

  it('closes the session before it tries again when nothing answers', () => {
    const { state, orders } = story([...launched, { type: 'deadline.launch' }]);
    expect(state).toBe('CONNECTING.closing');
    expect(orders.at(-1)).toBe('closeSession');
  });

  it('stops showing codes after the last one', () => {
    const codes = Array.from({ length: QR_ATTEMPTS_MAX + 1 }, (_, i) => qr(i + 1));
    const { state, view } = story([...launched, ...codes, down('qr_not_scanned')]);
    expect(state).toBe('DISCONNECTED.idle');
    expect(view).toMatchObject({ desired: 'DISCONNECTED', reason: { code: 'qr_not_scanned' } });
  });
});

describe('an ended session', () => {
  it('is tried again when the supervisor says so, at the time it says', () => {
    const { state, view, context } = story([...paired, down('browser_gone', restartAt(START + 5_000))]);
    expect(state).toBe('CONNECTING.backingOff');
    expect(view.restarts).toEqual({ count: 1, nextAttemptAt: START + 5_000 });
    expect(view.reason?.code).toBe('browser_gone');
    expect(context.crashes.attempt).toBe(1);
  });

  it('leaves CONNECTED at once when the driver finds it broken, and waits until it is gone', () => {
    const broken: Untimed = { type: 'driver.broken', reason: 'page_crashed' };
    expect(story([...paired, broken]).state).toBe('CONNECTING.closing');
    expect(story([...paired, broken, down('page_crashed', restartAt(START + 9_000))]).state).toBe(
      'CONNECTING.backingOff',
    );
  });

  it('fails when the supervisor gives up, and stays wanted', () => {
    const { state, view } = story([...paired, down('page_hung', { do: 'give_up', history })]);
    expect(state).toBe('FAILED.idle');
    expect(view).toMatchObject({ desired: 'CONNECTED', reason: { code: 'page_hung' } });
  });

  it.each([
    ['logged_out', 'DISCONNECTED.idle', 'DISCONNECTED'],
    ['blocked', 'FAILED.idle', 'CONNECTED'],
    ['driver_missing', 'FAILED.idle', 'CONNECTED'],
  ] as const)('by %s rests in %s', (reason, state, desired) => {
    const ended = story([...paired, down(reason)]);
    expect(ended.state).toBe(state);
    expect(ended.view.desired).toBe(desired);
    expect(story([...paired, { type: 'driver.broken', reason }, down(reason)]).state).toBe(state);
  });

  it('by a logout also moves aside what an interrupted first pairing has left on disk', () => {
    const interrupted = [...paired.slice(0, 4), { type: 'account.settle' } as const];
    expect(story(interrupted)).toMatchObject({ state: 'DISCONNECTED.idle', context: { login: 'none' } });
    const { context, orders } = story([...interrupted, { type: 'account.logout' }]);
    expect(context.login).toBe('discarding');
    expect(orders.at(-1)).toBe('discardLogin');
    expect(story([{ type: 'account.logout' }]).context.login).toBe('none');
  });

  it('by a logout on the phone moves the login aside, once it is gone', () => {
    const { orders, context } = story([...paired, { type: 'driver.broken', reason: 'logged_out' }, down('logged_out')]);
    expect(orders.slice(-2)).toEqual(['closeSession', 'discardLogin']);
    expect(context).toMatchObject({ login: 'discarding', phone: null });
  });

  it('shows a code although nobody is there: the login has expired', () => {
    const restarted = [
      ...paired,
      down('browser_gone', restartAt(START)),
      { type: 'deadline.backoff' } as const,
      launched[1]!,
    ];
    const { state, view } = story([...restarted, qr(1), down('session_expired')]);
    expect(state).toBe('FAILED.idle');
    expect(view.reason?.code).toBe('session_expired');
    expect(story([...paired, down('blocked'), ...launched, qr(1)]).state).toBe('QR_READY');
  });
});

describe('closing', () => {
  it('is ended by force past its deadline, and fails when even that does not help', () => {
    const overdue = [...paired, { type: 'account.disconnect' }, { type: 'deadline.close' }] as Untimed[];
    const { state, orders, context } = story(overdue);
    expect([state, orders.at(-1)]).toEqual(['DISCONNECTED.closing', 'killSession']);
    expect(context.deadline).toEqual({ name: 'kill', at: START + 7 + KILL_DEADLINE_MS });
    expect(story([...overdue, { type: 'deadline.kill' }]).view).toMatchObject({
      status: 'FAILED',
      reason: { code: 'not_closed' },
    });
  });

  it('that failed, of a session that nobody wanted any more, leaves a restart free to want one again', () => {
    const stuck = [{ type: 'account.disconnect' }, { type: 'deadline.close' }, { type: 'deadline.kill' }] as const;
    const { view } = story([...paired, ...stuck, { type: 'account.restart' }]);
    expect(view, 'else the next start of the runtime would not restore it').toMatchObject({
      detail: 'CONNECTING.queued',
      desired: 'CONNECTED',
    });
  });

  it('never gets more time by being asked again', () => {
    const { context, state } = story([
      ...paired,
      { type: 'account.disconnect' },
      connect,
      { type: 'account.disconnect' },
    ]);
    expect(state).toBe('DISCONNECTED.closing');
    expect(context.deadline).toEqual({ name: 'close', at: START + 6 + CLOSE_DEADLINE_MS });
  });

  it('comes up again when it was connected meanwhile', () => {
    expect(story([...paired, { type: 'account.disconnect' }, connect, down('stopped')]).state).toBe(
      'CONNECTING.queued',
    );
  });
});

describe('every command is legal in every state', () => {
  const states: Record<string, Untimed[]> = {
    'DISCONNECTED.idle': [],
    'DISCONNECTED.closing': [...paired, { type: 'account.disconnect' }],
    'CONNECTING.queued': [connect],
    'CONNECTING.launching': launched,
    'CONNECTING.backingOff': [...paired, down('browser_gone', restartAt(START + BACKOFF_MS_MAX))],
    'CONNECTING.closing': [...paired, { type: 'account.restart' }],
    QR_READY: [...launched, qr(1)],
    'AUTHENTICATING.syncing': paired.slice(0, 4),
    'AUTHENTICATING.verifying': paired.slice(0, 5),
    'CONNECTED.online': paired,
    'CONNECTED.degraded': [...paired, { type: 'driver.degraded', reason: 'network_unreachable' }],
    'FAILED.idle': [...paired, down('blocked')],
    'FAILED.closing': [...paired, { type: 'driver.broken', reason: 'blocked' }],
  };

  it.each(Object.entries(states))('%s', (name, events) => {
    expect(story(events).state).toBe(name);
    const afterDisconnect = story([...events, { type: 'account.disconnect' }]);
    expect(afterDisconnect.view).toMatchObject({ status: 'DISCONNECTED', desired: 'DISCONNECTED' });
    const afterLogout = story([...events, { type: 'account.logout' }]);
    expect(afterLogout.view).toMatchObject({ status: 'DISCONNECTED', desired: 'DISCONNECTED' });
    expect(afterLogout.context.login).not.toBe('saved');
    expect(story([...events, connect]).view.desired).toBe('CONNECTED');
    expect(['DISCONNECTED', 'FAILED']).not.toContain(story([...events, connect]).view.status);
    const afterRestart = story([...events, { type: 'account.restart' }]).view;
    if (afterRestart.desired === 'CONNECTED') expect(['DISCONNECTED', 'FAILED']).not.toContain(afterRestart.status);
  });
});
