import { describe, expect, it } from 'vitest';
import { createNursery, type Manners } from '#test/support/scripted-children';
import type { ChildSpec } from './child-spec.js';
import type { Exit } from './exit.js';

function withAlice(manners: Manners & Partial<ChildSpec>) {
  const nursery = createNursery();
  nursery.supervisor.startChild(nursery.spec('alice', { shutdownMs: 5_000, killMs: 2_000, ...manners }));
  const told: (Exit | null)[] = [];
  return {
    ...nursery,
    alice: { id: 'alice', incarnation: 1 },
    told,
    tell: (exit: Exit | null) => void told.push(exit),
  };
}

describe('S9 stopping a child', () => {
  it('asks, and resolves when it is gone, without a kill', async () => {
    const { supervisor, alice, clock, life, told, tell } = withAlice({ stopsAfterMs: 4_999 });
    void supervisor.stopChild(alice).then(tell);
    await clock.advance(4_998);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toEqual([{ reason: 'stopped', class: 'normal' }]);
    expect([life('alice').kills, clock.pending]).toEqual([0, 0]);
  });

  it('kills one that does not listen, and resolves only when the kill is verified', async () => {
    const { supervisor, alice, clock, life, told, tell, notes } = withAlice({ stopsAfterMs: null, diesAfterMs: 1_500 });
    void supervisor.stopChild(alice).then(tell);
    await clock.advance(4_999);
    expect(life('alice').kills).toBe(0);
    await clock.advance(1);
    expect([life('alice').kills, told]).toEqual([1, []]);
    await clock.advance(1_499);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toEqual([{ reason: 'close_timeout', class: 'crash' }]);
    expect(notes.map(({ type }) => type)).toEqual(['started', 'stop_asked', 'killed', 'exited']);
    expect(clock.pending).toBe(0);
  });

  it('notes one that even force does not end, keeps the promise open, and may kill again', async () => {
    const manners = { stopsAfterMs: null, diesAfterMs: null };
    const { supervisor, alice, clock, life, told, tell, notes } = withAlice(manners);
    void supervisor.stopChild(alice).then(tell);
    await clock.advance(3_600_000);
    expect(notes.map(({ type, at }) => [type, at - notes[0]!.at]).slice(2)).toEqual([
      ['killed', 5_000],
      ['not_gone', 7_000],
    ]);
    expect([told, supervisor.isCurrent(alice)]).toEqual([[], true]);
    void supervisor.killChild(alice);
    expect(life('alice').kills).toBe(2);
    await clock.advance(10);
    life('alice').exit('crash', 'ended at last');
    await clock.settle();
    expect([told.length, clock.pending]).toEqual([1, 0]);
  });

  it('notes a kill that fails at once, with its cause', async () => {
    const exited = new Promise<Exit>(() => undefined);
    const kill = () => Promise.reject(new Error('operation not permitted'));
    const start = () => ({ exited, stop: () => undefined, kill });
    const { supervisor, alice, clock, notes } = withAlice({ start });
    void supervisor.killChild(alice);
    await clock.settle();
    expect(notes.at(-1)).toMatchObject({ type: 'not_gone', detail: 'operation not permitted' });
    expect(supervisor.isCurrent(alice)).toBe(true);
  });

  it('believes a verified kill though the child never told how it ended', async () => {
    const exited = new Promise<Exit>(() => undefined);
    const start = () => ({ exited, stop: () => undefined, kill: () => Promise.resolve() });
    const { supervisor, alice } = withAlice({ start });
    await supervisor.killChild(alice);
    expect(await supervisor.stopChild(alice)).toMatchObject({ reason: 'killed', class: 'crash' });
  });

  it('may be repeated: asked again, killed once, one answer each', async () => {
    const { supervisor, alice, clock, life, told, tell } = withAlice({ stopsAfterMs: null, diesAfterMs: 100 });
    void supervisor.stopChild(alice).then(tell);
    await clock.advance(2_000);
    void supervisor.stopChild(alice).then(tell);
    void supervisor.askToStop(alice);
    await clock.advance(3_000);
    void supervisor.killChild(alice);
    await clock.advance(100);
    expect([life('alice').asks, life('alice').kills, told.length]).toEqual([3, 1, 2]);
    expect(await supervisor.stopChild(alice)).toMatchObject({ reason: 'close_timeout' });
  });

  it('only asks when only asked: the owner keeps the deadline', async () => {
    const { supervisor, alice, clock, life } = withAlice({ stopsAfterMs: null });
    supervisor.askToStop(alice);
    await clock.advance(3_600_000);
    expect([life('alice').asks, life('alice').kills]).toEqual([1, 0]);
    expect(supervisor.children()[0]?.state).toBe('stopping');
    await supervisor.killChild(alice);
    expect(supervisor.isCurrent(alice)).toBe(false);
  });

  it('goes on to the kill when the child throws at being asked', async () => {
    const { supervisor, spec, clock, notes } = createNursery();
    const stop = (): never => {
      throw new Error('half built');
    };
    const start = () => ({ exited: new Promise<Exit>(() => undefined), stop, kill: () => Promise.resolve() });
    supervisor.startChild(spec('alice', { start }));
    void supervisor.stopChild({ id: 'alice', incarnation: 1 });
    await clock.advance(5_000);
    expect(notes.map(({ type }) => type).slice(2)).toEqual(['callback_failed', 'killed', 'exited']);
  });

  it('cancels a restart that is waited for', async () => {
    const { supervisor, alice, clock, end, happened } = withAlice({});
    await end('alice', 'crash');
    expect(await supervisor.stopChild(alice)).toMatchObject({ class: 'crash' });
    await clock.advance(60_000);
    expect([happened.length, clock.pending, supervisor.find('alice')]).toEqual([2, 0, null]);
  });
});

describe('S9 S10 stopping the supervisor', () => {
  it('stops in reverse start order, each gone before the next is asked', async () => {
    const { supervisor, spec, clock, happened } = createNursery();
    for (const id of ['store', 'recorder', 'accounts']) supervisor.startChild(spec(id, { stopsAfterMs: 100 }));
    let stopped = false;
    void supervisor.stop().then(() => (stopped = true));
    await clock.advance(299);
    expect(stopped).toBe(false);
    await clock.advance(1);
    expect(stopped).toBe(true);
    expect(happened.slice(3)).toEqual(
      ['accounts', 'recorder', 'store'].flatMap((id) => [`ask ${id}#1`, `gone ${id}#1`]),
    );
  });

  it('restarts nothing on the way, whatever crashes', async () => {
    const { supervisor, spec, clock, end, notes } = createNursery();
    supervisor.startChild(spec('a', { restart: 'permanent' }));
    supervisor.startChild(spec('waits', { restart: 'permanent' }));
    supervisor.startChild(spec('slow', { restart: 'permanent', stopsAfterMs: 1_000 }));
    await end('waits', 'crash');
    void supervisor.stop();
    await end('a', 'crash');
    await clock.advance(600_000);
    expect(supervisor.children().every(({ state }) => state === 'down')).toBe(true);
    expect(notes.filter(({ type }) => type === 'started')).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  it('is not held up for ever by one that cannot be ended', async () => {
    const { supervisor, spec, clock, notes } = createNursery();
    supervisor.startChild(spec('store'));
    supervisor.startChild(spec('stuck', { stopsAfterMs: null, diesAfterMs: null, shutdownMs: 5_000, killMs: 2_000 }));
    let stopped = false;
    void supervisor.stop().then(() => (stopped = true));
    await clock.advance(7_000);
    expect(stopped).toBe(true);
    expect(notes.filter(({ type }) => type === 'not_gone')).toHaveLength(1);
    expect(supervisor.children().map(({ state }) => state)).toEqual(['down', 'stopping']);
  });

  it('waits anew for one that an earlier kill has failed on', async () => {
    const { supervisor, spec, clock } = createNursery();
    supervisor.startChild(spec('stuck', { stopsAfterMs: null, diesAfterMs: null, killMs: 2_000 }));
    void supervisor.killChild({ id: 'stuck', incarnation: 1 });
    await clock.advance(2_000);
    let stopped = false;
    void supervisor.stop().then(() => (stopped = true));
    await clock.advance(6_999);
    expect(stopped).toBe(false);
    await clock.advance(1);
    expect(stopped).toBe(true);
  });

  it('asks ten thousand at once when none needs another, and is done when the slowest is', async () => {
    const { supervisor, spec, clock } = createNursery({ stopTogether: true });
    for (let n = 0; n < 10_000; n++) supervisor.startChild(spec(`account-${n}`, { stopsAfterMs: 1_000 }));
    let stopped = false;
    void supervisor.stop().then(() => (stopped = true));
    await clock.advance(1_000);
    expect(stopped).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
