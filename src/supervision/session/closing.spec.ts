import { expect, it } from 'vitest';
import { CLOSE_DEADLINE_MS, KILL_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import type { Driver } from '#libs/drivers/driver';
import { NodeStage } from '#test/support/node-stage';

const alice = 'alice';

it('a logout that the session refuses still closes it, without force', async () => {
  const stage = new NodeStage({ driver: refusingLogout });
  await stage.connected(alice);
  await stage.command(alice, 'logout');
  await stage.clock.advance(1_000);
  expect(stage.state(alice)).toBe('DISCONNECTED.idle');
  expect(stage.notes.filter(({ type }) => type === 'killed')).toEqual([]);
});

it('a session that hears late that it is to close, since the store was away, still has the time to store its login', async () => {
  const stage = new NodeStage();
  await stage.connected(alice, { scan: 'auto', closeMs: CLOSE_DEADLINE_MS - 1_000 });
  void stage.child(alice).command('disconnect');
  stage.recorder.hold();
  await stage.clock.advance(CLOSE_DEADLINE_MS + 1_000);
  stage.recorder.release();
  await stage.clock.advance(CLOSE_DEADLINE_MS);
  expect(stage.notes.filter(({ type }) => type === 'killed')).toEqual([]);
  expect(stage.state(alice)).toBe('DISCONNECTED.idle');
});

it('a session that does not close is ended by force, however late it was asked', async () => {
  const stage = new NodeStage();
  await stage.connected(alice, { scan: 'auto' });
  stage.provider.setFaults(alice, { hangOnClose: true });
  void stage.child(alice).command('disconnect');
  stage.recorder.hold();
  await stage.clock.advance(CLOSE_DEADLINE_MS + 1_000);
  stage.recorder.release();
  await stage.clock.advance(CLOSE_DEADLINE_MS - 1);
  expect(stage.provider.isLive(alice)).toBe(true);
  await stage.clock.advance(1);
  expect(stage.provider.isLive(alice)).toBe(false);
  expect(stage.state(alice)).toBe('DISCONNECTED.idle');
});

it('a session that is ended by force late, since the store was away, is not told as one that can’t be ended', async () => {
  const stage = new NodeStage();
  await stage.connected(alice, { scan: 'auto' });
  stage.provider.setFaults(alice, { hangOnClose: true });
  await stage.command(alice, 'restart');
  await stage.clock.advance(CLOSE_DEADLINE_MS - 1);
  stage.recorder.hold();
  await stage.clock.advance(KILL_DEADLINE_MS + 5_000);
  stage.recorder.release();
  await stage.clock.advance(2_000);
  expect(stage.state(alice)).toBe('CONNECTED.online');
});

it('a session that closes without being asked is a crash: the account stays wanted and comes back', async () => {
  const stage = new NodeStage();
  await stage.connected(alice);
  stage.reportOf(alice)({ type: 'driver.closed' });
  await stage.clock.settle();
  expect(stage.recorder.states.get(alice)).toMatchObject({
    detail: 'CONNECTING.backingOff',
    desired: 'CONNECTED',
    reason: { code: 'engine_gone' },
  });
});

function refusingLogout(driver: Driver): Driver {
  return {
    ...driver,
    open: (opening, report) => {
      const session = driver.open(opening, report);
      return {
        kill: () => session.kill(),
        ask: (name, question) =>
          name === 'logout'
            ? Promise.resolve({ ok: false, why: 'unsupported', detail: 'no logout here' })
            : session.ask(name, question),
      };
    },
  };
}

it('whoever connects an account that is closing to be restarted is told that it is on its way, and waits for no back-off', async () => {
  const stage = new NodeStage();
  await stage.connected(alice);
  stage.provider.breakDown(alice, 'page_hung', 1_000);
  await stage.clock.settle();
  expect(stage.state(alice)).toBe('CONNECTING.closing');
  expect(await stage.command(alice, 'connect')).toMatchObject({ value: 'connecting' });
  expect(await stage.command(alice, 'connect'), 'the fresh session is due already').toMatchObject({
    value: 'nothing_to_do',
  });
  expect(stage.recorder.history(alice).at(-1)).toBe('account.connect → CONNECTING.closing');
  await stage.clock.advance(1_000);
  expect(stage.recorder.history(alice).join()).not.toContain('backingOff');
});

it('a command whose actor breaks on the way is said to be interrupted, not busy', async () => {
  const stage = new NodeStage();
  await stage.connected(alice);
  const record = stage.recorder.record.bind(stage.recorder);
  stage.recorder.record = () => {
    stage.recorder.record = record;
    return Promise.reject(new Error('a bug'));
  };
  expect(await stage.command(alice, 'disconnect')).toMatchObject({ ok: false, why: 'interrupted' });
});
