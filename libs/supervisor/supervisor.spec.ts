import { describe, expect, it } from 'vitest';
import { createNursery, POLICY } from '#test/support/scripted-children';
import { createVirtualClock } from '#test/support/virtual-clock';
import type { Down } from './child-spec.js';
import { NO_RESTARTS, type RestartHistory } from './restart-policy.js';

describe('S1 child specs', () => {
  it('refuses a second child of the same id and leaves the first untouched', async () => {
    const { supervisor, spec, happened } = createNursery();
    const first = supervisor.startChild(spec('alice'));
    expect(supervisor.startChild(spec('alice'))).toEqual({ ok: false, why: 'duplicate' });
    expect(first).toEqual({ ok: true, ref: { id: 'alice', incarnation: 1 } });
    expect(happened).toEqual(['start alice#1']);
    expect(supervisor.isCurrent({ id: 'alice', incarnation: 1 })).toBe(true);
  });

  it('refuses it, too, while the first is stopping or waits for its own restart', async () => {
    const { supervisor, spec, end, clock } = createNursery();
    supervisor.startChild(spec('alice', { stopsAfterMs: 100 }));
    supervisor.askToStop({ id: 'alice', incarnation: 1 });
    expect(supervisor.startChild(spec('alice')).ok).toBe(false);
    await clock.advance(100);
    supervisor.startChild(spec('alice'));
    await end('alice', 'crash');
    expect(supervisor.children()).toEqual([{ id: 'alice', incarnation: 2, state: 'waiting' }]);
    expect(supervisor.startChild(spec('alice'))).toEqual({ ok: false, why: 'duplicate' });
    expect(supervisor.find('alice')).toEqual({ id: 'alice', incarnation: 2 });
  });

  it('refuses everything once it was told to stop', () => {
    const { supervisor, spec } = createNursery();
    void supervisor.stop();
    expect(supervisor.startChild(spec('alice'))).toEqual({ ok: false, why: 'stopping' });
  });

  it('takes a start that throws for a crash of that incarnation, told after the caller has its reference', async () => {
    const downs: Down[] = [];
    const { supervisor, spec, clock } = createNursery();
    const start = (): never => {
      throw new Error('no such browser');
    };
    const started = supervisor.startChild(spec('alice', { start, onDown: (down) => downs.push(down) }));
    expect([started.ok, downs.length]).toEqual([true, 0]);
    await clock.settle();
    expect(downs).toHaveLength(1);
    expect(downs[0]).toMatchObject({
      ref: { id: 'alice', incarnation: 1 },
      exit: { reason: 'start_failed', class: 'crash', detail: 'no such browser' },
      verdict: { do: 'restart' },
    });
  });

  it('takes a child that cannot tell how it ended for crashed', async () => {
    const downs: Down[] = [];
    const { supervisor, spec, clock } = createNursery();
    const broken = { exited: Promise.reject(new Error('lost')), stop: () => undefined, kill: () => Promise.resolve() };
    supervisor.startChild(spec('alice', { start: () => broken, onDown: (down) => downs.push(down) }));
    await clock.settle();
    expect(downs[0]?.exit).toEqual({ reason: 'exit_untold', class: 'crash', detail: 'lost' });
  });
});

describe('S2 restart kinds', () => {
  it('restarts a transient child after a crash, and lets it rest after a normal exit', async () => {
    const { supervisor, spec, end, clock, happened } = createNursery();
    supervisor.startChild(spec('alice'));
    await end('alice', 'crash');
    await clock.advance(1_000);
    await end('alice', 'normal', 'logged_out');
    await clock.advance(3_600_000);
    expect(happened).toEqual(['start alice#1', 'gone alice#1', 'start alice#2', 'gone alice#2']);
    expect(supervisor.children()).toEqual([{ id: 'alice', incarnation: 2, state: 'down' }]);
    expect(clock.pending).toBe(0);
  });

  it('restarts a permanent child after a normal exit, and a temporary one never', async () => {
    const { supervisor, spec, end, clock } = createNursery();
    supervisor.startChild(spec('always', { restart: 'permanent' }));
    supervisor.startChild(spec('once', { restart: 'temporary' }));
    await end('always', 'normal');
    await end('once', 'crash');
    await clock.advance(60_000);
    expect(supervisor.children().map(({ id, state }) => [id, state])).toEqual([
      ['always', 'running'],
      ['once', 'down'],
    ]);
  });

  it('does not restart what was asked to stop, though it is permanent and crashes on the way', async () => {
    const { supervisor, spec, end, clock } = createNursery();
    supervisor.startChild(spec('alice', { restart: 'permanent', stopsAfterMs: null }));
    expect(supervisor.askToStop({ id: 'alice', incarnation: 1 })).toBe(true);
    await end('alice', 'crash');
    await clock.advance(600_000);
    expect(supervisor.children()[0]?.state).toBe('down');
  });

  it('leaves the waiting and the next start to an owner who asked for that', async () => {
    const downs: Down[] = [];
    const { supervisor, spec, end, clock, happened } = createNursery();
    const start = (history: RestartHistory) =>
      supervisor.startChild(spec('alice', { history, onDown: (down) => downs.push(down) }));
    start(NO_RESTARTS);
    await end('alice', 'crash');
    await clock.advance(3_600_000);
    expect(happened).toEqual(['start alice#1', 'gone alice#1']);
    expect(downs[0]?.verdict).toMatchObject({ do: 'restart', at: clock.now() - 3_599_000 });
    expect(start(downs[0]!.verdict.history)).toEqual({ ok: true, ref: { id: 'alice', incarnation: 2 } });
  });

  it('judges what such an owner asked to stop by how it ended: a stuck session is stopped in order to start anew', async () => {
    const downs: Down[] = [];
    const { supervisor, spec, end } = createNursery();
    supervisor.startChild(spec('alice', { stopsAfterMs: null, onDown: (down) => downs.push(down) }));
    supervisor.askToStop({ id: 'alice', incarnation: 1 });
    await end('alice', 'crash', 'socket_stuck');
    expect(downs[0]?.verdict.do).toBe('restart');
  });
});

describe('S5 S6 intensity and giving up', () => {
  it('restarts five times, then fails as a whole: all are stopped first, and it is told once', async () => {
    const told: Down[] = [];
    const nursery = createNursery({ onGiveUp: (down) => told.push(down) });
    const { supervisor, spec, end, clock, happened } = nursery;
    for (const id of ['first', 'second', 'alice']) supervisor.startChild(spec(id, { stopsAfterMs: 10 }));
    for (let crash = 1; crash <= 5; crash++) {
      await end('alice', 'crash');
      await clock.advance(60_000);
    }
    expect(supervisor.isCurrent({ id: 'alice', incarnation: 6 })).toBe(true);
    happened.length = 0;
    await end('alice', 'crash', 'page_crashed');
    expect([told.length, supervisor.startChild(spec('new')).ok]).toEqual([0, false]);
    await clock.advance(20);
    expect(happened).toEqual(['gone alice#6', 'ask second#1', 'gone second#1', 'ask first#1', 'gone first#1']);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ exit: { reason: 'page_crashed' }, verdict: { do: 'give_up' } });
    expect(told[0]?.verdict.history.crashedAt).toHaveLength(6);
    await clock.advance(3_600_000);
    expect([told.length, clock.pending]).toEqual([1, 0]);
  });

  it('S11: a child with an owner gives up alone; of a hundred, ninety-nine keep their incarnation', async () => {
    const downs: Down[] = [];
    const { supervisor, spec, end } = createNursery();
    const start = (id: string) => supervisor.startChild(spec(id, { onDown: (down) => downs.push(down) }));
    for (let n = 0; n < 100; n++) start(`account-${n}`);
    for (let crash = 1; crash <= 6; crash++) {
      await end('account-7', 'crash');
      if (crash < 6) start('account-7');
    }
    expect(downs.map(({ verdict }) => verdict.do)).toEqual([...Array<string>(5).fill('restart'), 'give_up']);
    const others = supervisor.children().filter(({ id }) => id !== 'account-7');
    expect(others).toHaveLength(99);
    expect(others.every(({ incarnation, state }) => incarnation === 1 && state === 'running')).toBe(true);
  });

  it('starts again from nothing when a person starts it', async () => {
    const downs: Down[] = [];
    const { supervisor, spec, end } = createNursery();
    const start = (history?: RestartHistory) =>
      supervisor.startChild(spec('alice', { ...(history && { history }), onDown: (down) => downs.push(down) }));
    for (let crash = 1; crash <= 6; crash++) {
      start();
      await end('alice', 'crash');
    }
    expect(downs.at(-1)?.verdict.do).toBe('give_up');
    expect(start(NO_RESTARTS)).toEqual({ ok: true, ref: { id: 'alice', incarnation: 7 } });
    await end('alice', 'crash');
    expect(downs.at(-1)?.verdict).toMatchObject({ do: 'restart', history: { attempt: 1 } });
  });
});

describe('S7 back-off', () => {
  it('waits 1, 2, 4 … seconds, and from the first step again only after two healthy minutes', async () => {
    const { supervisor, spec, end, clock, notes } = createNursery();
    let healthySince: number | null = null;
    supervisor.startChild(spec('alice', { healthySince: () => healthySince }));
    const waits: number[] = [];
    const outage = async (): Promise<void> => {
      await end('alice', 'outage');
      const last = notes.findLast(({ type }) => type === 'restart_scheduled');
      if (last?.type === 'restart_scheduled') waits.push(last.verdict.at - last.at);
      await clock.advance(waits.at(-1)!);
    };
    for (let n = 0; n < 3; n++) await outage();
    await clock.advance(3_600_000); // up for an hour, but never healthy
    await outage();
    healthySince = clock.now();
    await clock.advance(POLICY.resetAfterMs - 1);
    await outage();
    healthySince = clock.now();
    await clock.advance(POLICY.resetAfterMs);
    await outage();
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 1_000]);
  });
});

describe('S8 histories outlive the process', () => {
  it('gives up at the sixth crash though the process was killed between all of them', async () => {
    const clock = createVirtualClock();
    let stored = JSON.stringify({ history: NO_RESTARTS, lastIncarnation: 0 });
    const verdicts: string[] = [];
    for (let life = 1; life <= 6; life++) {
      const { supervisor, spec, end } = createNursery({}, clock); // a new process: only what was stored is left
      const kept = JSON.parse(stored) as { history: RestartHistory; lastIncarnation: number };
      const started = supervisor.startChild(
        spec('alice', {
          ...kept,
          onDown: ({ ref, verdict }) => {
            verdicts.push(verdict.do);
            stored = JSON.stringify({ history: verdict.history, lastIncarnation: ref.incarnation });
          },
        }),
      );
      expect(started).toEqual({ ok: true, ref: { id: 'alice', incarnation: life } });
      await end('alice', 'crash');
      await clock.advance(30_000);
    }
    expect(verdicts).toEqual([...Array<string>(5).fill('restart'), 'give_up']);
    expect(JSON.parse(stored)).toMatchObject({ history: { attempt: 5 }, lastIncarnation: 6 });
  });
});

describe('S23 significant children', () => {
  it('stops all the others when one comes to rest by itself, and tells it once', async () => {
    const told: Down[] = [];
    const { supervisor, spec, end, clock, happened } = createNursery({ onSignificantExit: (down) => told.push(down) });
    supervisor.startChild(spec('outbox'));
    supervisor.startChild(spec('session', { significant: true }));
    await end('session', 'normal', 'logged_out');
    await clock.settle();
    expect(happened.slice(2)).toEqual(['gone session#1', 'ask outbox#1', 'gone outbox#1']);
    expect(told.map(({ exit }) => exit.reason)).toEqual(['logged_out']);
  });

  it('lets the others live when it was stopped on request', async () => {
    const { supervisor, spec } = createNursery();
    supervisor.startChild(spec('outbox'));
    supervisor.startChild(spec('session', { significant: true }));
    await supervisor.stopChild({ id: 'session', incarnation: 1 });
    expect(supervisor.isCurrent({ id: 'outbox', incarnation: 1 })).toBe(true);
  });
});
