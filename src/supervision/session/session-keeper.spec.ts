import { describe, expect, it } from 'vitest';
import { CLOSE_DEADLINE_MS, LAUNCH_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import type { SessionOpening } from '#libs/contracts/session';
import { NodeStage } from '#test/support/node-stage';

const alice = 'alice';

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
