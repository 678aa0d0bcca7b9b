import { describe, expect, it } from 'vitest';
import { DISCARD_LOGIN_MS_MAX } from '#libs/contracts/limits/runtime';
import { CLOSE_DEADLINE_MS, CLOSE_MS_MIN, LAUNCH_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import type { SessionOpening } from '#libs/contracts/session';
import type { Driver } from '#libs/drivers/driver';
import { NodeStage } from '#test/support/node-stage';

const alice = 'alice';

/** A stage on which moving a login aside takes this long. */
function slowDisk(discardMs: number) {
  const stage: NodeStage = new NodeStage({
    driver: (driver) => ({
      ...driver,
      discardLogin: (id) =>
        new Promise<void>((resolve) => stage.clock.setTimeout(resolve, discardMs)).then(() => driver.discardLogin(id)),
    }),
  });
  return stage;
}

describe('while the old login is being moved aside', () => {
  const discardMs = DISCARD_LOGIN_MS_MAX / 2;

  it('a new session waits, and shows a code then', async () => {
    const stage = slowDisk(discardMs);
    await stage.connected(alice, { scan: 'auto' });
    await stage.command(alice, 'logout');
    await stage.clock.advance(100);
    await stage.command(alice, 'connect');
    await stage.clock.advance(discardMs / 2);
    expect(stage.provider.liveSessions()).toBe(0);
    await stage.clock.advance(discardMs);
    expect(stage.recorder.history(alice).slice(-4)[0]).toBe('driver.qr → QR_READY');
    expect(stage.state(alice)).toBe('CONNECTED.online');
  });

  it('a restart does not wait for the close of a session that is not open yet', async () => {
    const stage = slowDisk(discardMs);
    await stage.connected(alice);
    await stage.command(alice, 'logout');
    await stage.clock.advance(100);
    await stage.command(alice, 'connect');
    await stage.command(alice, 'restart');
    await stage.clock.advance(discardMs + 2_000);
    expect(stage.state(alice)).toBe('CONNECTED.online');
    expect(stage.recorder.history(alice).join()).not.toContain('deadline');
    expect(stage.provider.overlaps).toBe(0);
  });

  it('a runtime that dies leaves a pairing that was interrupted, and the next one finishes the discarding', async () => {
    const stage = slowDisk(discardMs);
    await stage.connected(alice);
    await stage.command(alice, 'logout');
    await stage.clock.advance(100);
    await stage.command(alice, 'connect');
    stage.restart();
    stage.adopt(alice);
    await stage.accounts.settle(true);
    expect(stage.recorder.states.get(alice)).toMatchObject({
      detail: 'DISCONNECTED.idle',
      reason: { code: 'pairing_interrupted' },
    });
    expect(stage.recorder.entries.at(-1)!.snapshot).toMatchObject({ context: { login: 'discarding' } });
    await stage.clock.advance(discardMs);
    expect(stage.recorder.entries.at(-1)!.snapshot).toMatchObject({ context: { login: 'none' } });
  });

  it('an account that ends here opens nothing afterwards', async () => {
    const stage = slowDisk(discardMs);
    await stage.connected(alice);
    await stage.command(alice, 'logout');
    await stage.clock.advance(100);
    await stage.command(alice, 'connect');
    stage.recorder.taken.add(alice);
    await stage.command(alice, 'restart');
    await stage.clock.advance(60_000);
    expect(stage.accounts.find(alice)).toBeNull();
    expect(stage.provider.liveSessions()).toBe(0);
  });
});

describe('a launch that only waits', () => {
  const bob = 'bob';
  const waiting = async (): Promise<NodeStage> => {
    const stage = new NodeStage({ launchParallelMax: 1 });
    stage.provider.setFaults(alice, { waitsOn: 'site' });
    for (const id of [alice, bob]) {
      stage.adopt(id);
      await stage.command(id, 'connect');
    }
    return stage;
  };

  it('gives its slot to the next, and goes on', async () => {
    const stage = await waiting();
    await stage.clock.advance(2_000);
    expect([stage.state(alice), stage.state(bob)]).toEqual(['CONNECTING.launching', 'CONNECTED.online']);
    stage.provider.setFaults(alice, { waitsOn: null });
    await stage.clock.advance(3_000);
    expect(stage.state(alice)).toBe('CONNECTED.online');
  });

  it('takes its turn again after its deadline, says what it waited for, and has a slot then', async () => {
    const stage = await waiting();
    stage.provider.setFaults(alice, { waitsOn: 'socket' });
    stage.provider.setFaults(bob, { silentStart: true });
    await stage.clock.advance(LAUNCH_DEADLINE_MS + 100);
    expect(stage.recorder.states.get(alice)?.reason?.code).toBe('socket_stuck');
    stage.provider.setFaults(alice, { waitsOn: null });
    stage.provider.setFaults(bob, { silentStart: false });
    await stage.clock.advance(60_000);
    expect([stage.state(alice), stage.state(bob)]).toEqual(['CONNECTED.online', 'CONNECTED.online']);
  });

  it('has nothing to give back for its successor: a word from before frees no slot of now', async () => {
    const stage = await waiting();
    await stage.clock.advance(100);
    const late = stage.reportOf(alice);
    await stage.command(alice, 'restart');
    stage.provider.setFaults(bob, { silentStart: true });
    stage.provider.setFaults(alice, { waitsOn: null, silentStart: true });
    await stage.clock.advance(1_000);
    const launching = (): number => [alice, bob].filter((id) => stage.state(id) === 'CONNECTING.launching').length;
    late({ type: 'driver.waiting', on: 'site' });
    await stage.clock.advance(100);
    expect(launching()).toBe(1);
  });
});

describe('a session that was never opened', () => {
  it('ends with the reason of its closing: an outage keeps the account wanted', async () => {
    let slow = true;
    const stage: NodeStage = new NodeStage({
      deadlines: { launch: 1_000 },
      driver: (driver) => ({
        ...driver,
        discardLogin: (id) =>
          new Promise<void>((resolve) => stage.clock.setTimeout(resolve, slow ? 5_000 : 1)).then(() =>
            driver.discardLogin(id),
          ),
      }),
    });
    await stage.connected(alice);
    await stage.command(alice, 'logout');
    await stage.clock.advance(100);
    await stage.command(alice, 'connect');
    await stage.clock.advance(1_100);
    expect(stage.recorder.states.get(alice)).toMatchObject({
      detail: 'CONNECTING.backingOff',
      desired: 'CONNECTED',
      reason: { code: 'page_unreachable' },
    });
    slow = false;
    await stage.clock.advance(30_000);
    expect(stage.state(alice)).toBe('CONNECTED.online');
  });
});

describe('the code on show', () => {
  it('is the latest, and is forgotten with the session that showed it', async () => {
    const stage = new NodeStage();
    const child = stage.adopt(alice, { scan: 'manual', qrLifetimeMs: 20_000 });
    await stage.command(alice, 'connect');
    await stage.clock.advance(21_000);
    expect(child.qr()).toMatchObject({ ok: true, value: { attempt: 2, qr: 'simulated:alice:2' } });
    await stage.command(alice, 'disconnect');
    await stage.clock.advance(CLOSE_DEADLINE_MS);
    expect(child.qr()).toMatchObject({ ok: false, why: 'qr_not_ready' });
    expect(Reflect.get(Reflect.get(child, 'keeper') as object, 'code')).toBeNull();
  });

  it('is there from the moment in which QR_READY is committed', async () => {
    const stage = new NodeStage();
    const child = stage.adopt(alice, { scan: 'manual' });
    await stage.command(alice, 'connect');
    stage.recorder.hold();
    await stage.clock.advance(1_000);
    expect(child.qr()).toMatchObject({ ok: false, why: 'qr_not_ready' });
    stage.recorder.release();
    await stage.clock.settle();
    expect(child.qr()).toMatchObject({ ok: true, value: { attempt: 1 } });
  });
});

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
  await stage.connected(alice, { scan: 'auto', closeMs: CLOSE_MS_MIN - 1_000 });
  void stage.child(alice).command('disconnect');
  stage.recorder.hold();
  await stage.clock.advance(CLOSE_DEADLINE_MS + 1_000);
  stage.recorder.release();
  await stage.clock.advance(CLOSE_MS_MIN);
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
  await stage.clock.advance(CLOSE_MS_MIN - 1);
  expect(stage.provider.isLive(alice)).toBe(true);
  await stage.clock.advance(1);
  expect(stage.provider.isLive(alice)).toBe(false);
  expect(stage.state(alice)).toBe('DISCONNECTED.idle');
});

it('changed settings reach the next session, not the present one', async () => {
  const openings: SessionOpening[] = [];
  const stage = new NodeStage({
    driver: (driver) => ({
      ...driver,
      open: (opening, report) => {
        openings.push(opening);
        return driver.open(opening, report);
      },
    }),
  });
  const child = await stage.connected(alice, { readyMs: 10 });
  child.reconfigure({ readyMs: 20 });
  await stage.command(alice, 'restart');
  await stage.clock.advance(1_000);
  expect(openings.map(({ settings }) => settings)).toEqual([{ readyMs: 10 }, { readyMs: 20 }]);
  expect(child.asStored.settings).toEqual({ readyMs: 20 });
});

it('that closes without being asked is a crash: the account stays wanted and comes back', async () => {
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

it('what a command did is told by what it changed', async () => {
  const stage = new NodeStage();
  stage.adopt(alice);
  const did = async (name: 'connect' | 'disconnect' | 'logout'): Promise<unknown> => stage.command(alice, name);
  expect(await did('disconnect')).toMatchObject({ value: 'nothing_to_do' });
  expect(stage.recorder.history(alice)).toEqual([]);
  expect(await did('connect')).toMatchObject({ value: 'connecting' });
  expect(await did('connect')).toMatchObject({ value: 'nothing_to_do' });
  await stage.clock.advance(5_000);
  stage.restart();
  stage.adopt(alice);
  await stage.accounts.settle(false);
  expect(stage.state(alice)).toBe('DISCONNECTED.idle');
  expect(await did('disconnect'), 'it was still wanted').toMatchObject({ value: 'disconnecting' });
  expect(stage.recorder.history(alice).at(-1)).toBe('account.disconnect → DISCONNECTED.idle');
  expect(await did('logout')).toMatchObject({ value: 'logging_out' });
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
