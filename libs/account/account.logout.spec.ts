import { describe, expect, it } from 'vitest';
import { whoMustAct } from '#libs/contracts/reasons';
import {
  connect,
  down,
  launched,
  paired,
  qr,
  restartAt,
  START,
  story,
  type Untimed,
} from '#test/support/account-story';
import { newlyLeftLogin, revive, store } from './account.snapshot.js';

const logout: Untimed = { type: 'account.logout' };
const heard: Untimed = { type: 'driver.logged-out' };
const disconnect: Untimed = { type: 'account.disconnect' };
const rested: Untimed[] = [...paired, disconnect, down('stopped')];
const crashed: Untimed[] = [...paired, down('browser_gone', restartAt(START + 60_000))];

describe('a logout of a connected account', () => {
  it('that the provider has heard rests as it was asked for, and leaves nothing', () => {
    const { state, view, context } = story([...paired, logout, heard, down('stopped')]);
    expect([state, view.reason?.code, context.device, context.login]).toEqual([
      'DISCONNECTED.idle',
      'stopped',
      'none',
      'discarding',
    ]);
  });

  it('is heard for good, even when its browser has to be ended by force after it', () => {
    const { view } = story([...paired, logout, heard, { type: 'deadline.close' }, down('stopped')]);
    expect(view.reason?.code).toBe('stopped');
  });

  it.each<[string, Untimed[]]>([
    ['closes without having been heard', [down('stopped')]],
    ['has to be ended by force', [{ type: 'deadline.close' }, down('close_timeout')]],
    ['loses its process', [down('engine_gone')]],
    ['is interrupted by a start of the runtime', [{ type: 'account.settle' }]],
  ])('that %s says that a device is left, and who must remove it', (_, end) => {
    expect(story([...paired, logout]).view.reason?.code, 'nobody knows yet').toBe('stopped');
    const { state, view, context } = story([...paired, logout, ...end]);
    expect([state, view.reason?.code, context.login]).toEqual(['DISCONNECTED.idle', 'login_left', 'discarding']);
    expect(whoMustAct('login_left', view.status)).toBe('phone');
  });

  it('is told of also when a person has connected it meanwhile', () => {
    const { state, view } = story([...paired, logout, connect, down('stopped')]);
    expect([state, view.reason?.code]).toEqual(['CONNECTING.queued', 'login_left']);
  });

  it('outlives a death of the runtime in the middle', () => {
    const inTheMiddle = revive(JSON.parse(JSON.stringify(store(story([...paired, logout]).snapshot))), START + 50);
    expect(story([{ type: 'account.settle' }], inTheMiddle.snapshot, START + 60).view.reason).toEqual({
      code: 'login_left',
      at: START + 60,
      detail: null,
    });
  });
});

describe('a logout without a session that could tell the provider', () => {
  it.each<[string, Untimed[]]>([
    ['at rest', rested],
    ['failed', [...paired, down('blocked')]],
    ['waiting for the next attempt', crashed],
    ['waiting for its turn', [...crashed, { type: 'deadline.backoff' }]],
    ['with a profile that is damaged', [...paired, down('profile_damaged')]],
    ['whose first pairing was interrupted', [...paired.slice(0, 4), { type: 'account.settle' }]],
  ])('%s says at once that a device is left', (_, before) => {
    const { state, view, context } = story([...before, logout]);
    expect([state, view.reason?.code, context.login]).toEqual(['DISCONNECTED.idle', 'login_left', 'discarding']);
  });

  it.each<[string, Untimed[]]>([
    ['is closed on request', [...paired, disconnect]],
    ['is closed to be restarted', [...paired, { type: 'account.restart' }]],
    ['is closed since it has failed', [...paired, { type: 'driver.broken', reason: 'blocked' }]],
    ['has launched, and was not recognised yet', [...crashed, { type: 'deadline.backoff' }, launched[1]!]],
  ])('whose session %s says so when that is gone', (_, before) => {
    expect(story([...before, logout, down('stopped')]).view.reason?.code).toBe('login_left');
  });

  it.each<[string, Untimed[]]>([
    ['was never connected', []],
    ['waits for its first turn', [connect]],
    ['is launching for the first time', [...launched, logout, down('stopped')]],
    ['shows a code', [...launched, qr(1), logout, down('stopped')]],
    ['was logged out on the phone', [...paired, down('logged_out')]],
    ['has a login that expired', [...crashed, { type: 'deadline.backoff' }, launched[1]!, qr(1), down('stopped')]],
    ['was logged out, which was heard', [...paired, logout, heard, down('stopped')]],
  ])('of an account that %s leaves nothing to be told', (_, before) => {
    const { state, view, context } = story([...before, logout]);
    expect([state, context.device]).toEqual(['DISCONNECTED.idle', 'none']);
    expect(view.reason?.code).not.toBe('login_left');
  });
});

describe('what is told of a device that was left', () => {
  const left = [...rested, logout];

  it('is told once, however often the logout is repeated', () => {
    const once = story(left);
    const twice = story([...left, logout, { type: 'login.discarded' }, logout, disconnect]);
    expect(newlyLeftLogin(story(rested).snapshot, once.snapshot)).toBe(true);
    expect(newlyLeftLogin(once.snapshot, twice.snapshot)).toBe(false);
    expect(twice.view.reason).toEqual(once.view.reason);
  });

  it('is over with the next pairing: another device, another logout', () => {
    expect(story([...left, connect]).view.reason).toBeNull();
    const again = [...left, ...paired];
    expect(story(again).context.device).toBe('linked');
    expect(story([...again, logout, heard, down('stopped')]).view.reason?.code).toBe('stopped');
  });
});
