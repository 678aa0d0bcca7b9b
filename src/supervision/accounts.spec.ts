import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAILBOX_MAX } from '#libs/contracts/limits/runtime';
import {
  BACKOFF_MS_MAX,
  CLOSE_DEADLINE_MS,
  KILL_DEADLINE_MS,
  LAUNCH_DEADLINE_MS,
  RESTARTS_MAX,
} from '#libs/contracts/limits/sessions';
import { NodeStage } from '#test/support/node-stage';

const alice = 'alice';
let stage: NodeStage;

beforeEach(() => {
  stage = new NodeStage();
});

afterEach(() => {
  expect(stage.provider.overlaps, 'two sessions of one account lived at once').toBe(0);
});

describe('a stop', () => {
  it('ends every session, records no disconnection, and leaves no timer', async () => {
    for (const id of [alice, 'bob', 'carol']) await stage.connected(id);
    stage.provider.setFaults('bob', { hangOnClose: true });
    const written = stage.recorder.entries.length;
    const stopped = stage.accounts.stop();
    await stage.clock.advance(CLOSE_DEADLINE_MS + KILL_DEADLINE_MS);
    await stopped;
    expect(stage.provider.liveSessions()).toBe(0);
    expect(stage.recorder.entries).toHaveLength(written);
    expect(stage.notes.filter(({ type }) => type === 'killed').map(({ ref }) => ref.id)).toEqual(['bob']);
    await stage.provider.close();
    expect(stage.clock.pending).toBe(0);
  });

  it('that is hurried ends by force what is still open', async () => {
    for (const id of [alice, 'bob']) await stage.connected(id);
    stage.provider.setFaults('bob', { hangOnClose: true });
    let stopped = false;
    void stage.accounts.stop().then(() => (stopped = true));
    await stage.clock.advance(1_000);
    expect(stopped).toBe(false);
    stage.accounts.hurry();
    await stage.clock.settle();
    expect(stopped).toBe(true);
    expect(stage.provider.liveSessions()).toBe(0);
  });

  it('is not held up by a store that is away, and says nothing of broken actors', async () => {
    await stage.connected(alice);
    stage.recorder.hold();
    stage.provider.degrade(alice);
    let stopped = false;
    void stage.accounts.stop().then(() => (stopped = true));
    await stage.clock.advance(20_000);
    expect(stopped).toBe(true);
    expect(stage.logged).toEqual([]);
  });
});

describe('what is remembered over a restart of the runtime', () => {
  const crash = async (): Promise<void> => {
    stage.provider.drop(alice, 'browser_gone');
    await stage.clock.settle();
  };
  const comeBack = async (): Promise<void> => {
    stage.adopt(alice);
    await stage.accounts.restore(true);
    await stage.clock.advance(BACKOFF_MS_MAX + 5_000);
  };

  it('is the number of crashes: a restart between them forgives none', async () => {
    await stage.connected(alice);
    for (let i = 0; i < RESTARTS_MAX; i += 1) {
      await crash();
      expect(stage.state(alice), `after crash ${i + 1}`).toBe('CONNECTING.backingOff');
      stage.restart();
      await comeBack();
      expect(stage.state(alice)).toBe('CONNECTED.online');
    }
    await crash();
    expect(stage.recorder.states.get(alice)).toMatchObject({ status: 'FAILED', reason: { code: 'browser_gone' } });
  });

  it('is the end of a back-off: the rest of it is waited for, and one in the past ends at once', async () => {
    await stage.connected(alice);
    for (let i = 0; i < 3; i += 1) {
      await crash();
      if (i < 2) await stage.clock.advance(10_000);
    }
    const dueAt = stage.recorder.states.get(alice)!.restarts.nextAttemptAt!;
    await stage.clock.advance(1_000);
    stage.restart();
    stage.adopt(alice);
    await stage.accounts.restore(true);
    await stage.clock.advance(dueAt - stage.clock.now() - 1);
    expect(stage.state(alice)).toBe('CONNECTING.backingOff');
    await stage.clock.advance(1);
    expect(stage.state(alice)).toBe('CONNECTING.launching');

    await stage.clock.advance(10_000);
    await crash();
    stage.restart();
    await stage.clock.advance(3_600_000);
    stage.adopt(alice);
    await stage.accounts.restore(true);
    await stage.clock.advance(0);
    expect(stage.state(alice)).toBe('CONNECTING.launching');
  });
});

describe('mail', () => {
  it('of an earlier session is a dead letter, never taken for word of its successor', async () => {
    await stage.connected(alice);
    const before = stage.reportOf(alice);
    await stage.command(alice, 'restart');
    await stage.clock.advance(5_000);
    before({ type: 'driver.broken', reason: 'browser_gone' });
    await stage.clock.advance(5_000);
    expect(stage.state(alice)).toBe('CONNECTED.online');
    expect(stage.recorder.history(alice).join()).not.toContain('driver.broken');
  });

  it('that is too much is refused as busy, counted, and keeps no deadline from being heard', async () => {
    stage.provider.setFaults(alice, { silentStart: true });
    const child = stage.adopt(alice);
    await stage.command(alice, 'connect');
    stage.recorder.hold();
    stage.recorder.accepting = () => true;
    const asked = child.command('disconnect');
    await stage.clock.settle();
    const flood = Array.from({ length: MAILBOX_MAX + 2 }, () => child.command('connect'));
    await stage.clock.settle();
    expect(await flood.at(-1)).toMatchObject({ ok: false, why: 'busy' });
    expect(stage.accounts.deadLetters.countByReason()).toEqual({ mailbox_full: 2 });
    stage.recorder.release();
    await stage.clock.advance(CLOSE_DEADLINE_MS + KILL_DEADLINE_MS);
    expect(await asked).toMatchObject({ ok: true, value: 'disconnecting' });
    await Promise.all(flood);
  });
});

describe('history', () => {
  it('holds every kill: the deadline that led to it, and the supervisor’s note', async () => {
    await stage.connected(alice);
    stage.provider.setFaults(alice, { hangOnClose: true });
    await stage.command(alice, 'disconnect');
    await stage.clock.advance(CLOSE_DEADLINE_MS);
    expect(stage.recorder.history(alice).slice(-2)).toEqual([
      'deadline.close → DISCONNECTED.closing',
      'session.down → DISCONNECTED.idle',
    ]);
    expect(stage.notes.filter(({ type }) => type === 'killed')).toMatchObject([
      { supervisor: 'sessions', ref: { id: alice } },
    ]);
  });

  it('holds the restart of a launch that never said a word', async () => {
    stage.provider.setFaults(alice, { silentStart: true });
    stage.adopt(alice);
    await stage.command(alice, 'connect');
    await stage.clock.advance(LAUNCH_DEADLINE_MS + 100);
    expect(stage.recorder.history(alice).slice(-2)).toEqual([
      'deadline.launch → CONNECTING.closing',
      'session.down → CONNECTING.backingOff',
    ]);
  });
});
