import { describe, expect, it } from 'vitest';
import { createNursery } from '#test/support/scripted-children';

const group = (options: Parameters<typeof createNursery>[0] = {}) =>
  createNursery({ strategy: 'one_for_all', ...options });

describe('S3 one_for_one', () => {
  it('restarts the one that crashed and touches no other', async () => {
    const { supervisor, spec, end, clock, happened } = createNursery();
    for (const id of ['a', 'b', 'c']) supervisor.startChild(spec(id));
    await end('b', 'crash');
    await clock.advance(1_000);
    expect(happened.slice(3)).toEqual(['gone b#1', 'start b#2']);
    expect(supervisor.children().map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });
});

describe('S3 one_for_all', () => {
  it('stops the others in reverse start order; all stops end before any start; all start in order', async () => {
    const { supervisor, spec, end, clock, happened } = group();
    for (const id of ['a', 'b', 'c', 'd']) supervisor.startChild(spec(id, { stopsAfterMs: 400 }));
    await end('b', 'crash');
    await clock.advance(60_000);
    expect(happened.slice(4)).toEqual([
      'gone b#1',
      ...['ask d#1', 'gone d#1', 'ask c#1', 'gone c#1', 'ask a#1', 'gone a#1'],
      ...['start a#2', 'start b#2', 'start c#2', 'start d#2'],
    ]);
  });

  it('starts nothing while one is still there, though the back-off is long over', async () => {
    const { supervisor, spec, end, clock, happened } = group();
    supervisor.startChild(spec('slow', { stopsAfterMs: null, diesAfterMs: 30_000, shutdownMs: 1_000, killMs: 2_000 }));
    supervisor.startChild(spec('b'));
    await end('b', 'crash');
    await clock.advance(30_999);
    expect(happened.slice(2)).toEqual(['gone b#1', 'ask slow#1', 'kill slow#1']);
    expect(supervisor.startChild(spec('c'))).toEqual({ ok: false, why: 'stopping' });
    await clock.advance(1);
    expect(happened.slice(5)).toEqual(['gone slow#1', 'start slow#2', 'start b#2']);
  });

  it('asks all at once when told that none needs another', async () => {
    const { supervisor, spec, end, happened } = group({ stopTogether: true });
    for (const id of ['a', 'b', 'c']) supervisor.startChild(spec(id, { stopsAfterMs: 400 }));
    await end('a', 'crash');
    expect(happened.slice(4)).toEqual(['ask c#1', 'ask b#1']);
  });

  it('counts for the group: six crashes of different members in the window are too many', async () => {
    let gaveUp = 0;
    const { supervisor, spec, end, clock } = group({ onGiveUp: () => gaveUp++ });
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const id of ids) supervisor.startChild(spec(id));
    for (const id of ids) {
      expect(gaveUp).toBe(0);
      await end(id, 'crash');
      await clock.advance(60_000);
    }
    expect(gaveUp).toBe(1);
    expect(supervisor.children().every(({ state }) => state === 'down')).toBe(true);
  });

  it('counts once when several fall together', async () => {
    const { supervisor, spec, life, clock, notes } = group();
    for (const id of ['a', 'b', 'c']) supervisor.startChild(spec(id));
    for (const id of ['c', 'a', 'b']) life(id).exit('crash', 'engine_gone');
    await clock.advance(1_000);
    const histories = notes.flatMap((note) => (note.type === 'exited' ? [note.verdict.history] : []));
    expect(histories.map(({ crashedAt }) => crashedAt.length)).toEqual([1, 1, 1]);
    expect(supervisor.children().every(({ incarnation }) => incarnation === 2)).toBe(true);
  });

  it('leaves at rest what rests: normal ends, temporary members, those stopped meanwhile', async () => {
    const { supervisor, spec, end, clock } = group();
    for (const id of ['logged out', 'a', 'stopped', 'forgotten']) supervisor.startChild(spec(id));
    supervisor.startChild(spec('once', { restart: 'temporary' }));
    await end('logged out', 'normal');
    await end('a', 'crash');
    await clock.advance(500);
    await supervisor.stopChild({ id: 'stopped', incarnation: 1 });
    supervisor.forget('forgotten');
    await clock.advance(60_000);
    expect(supervisor.children()).toEqual([
      { id: 'logged out', incarnation: 1, state: 'down' },
      { id: 'a', incarnation: 2, state: 'running' },
      { id: 'stopped', incarnation: 1, state: 'down' },
      { id: 'once', incarnation: 1, state: 'down' },
    ]);
  });

  it('starts nothing any more when it is stopped between the stop and the start', async () => {
    const { supervisor, spec, end, clock, happened } = group();
    for (const id of ['a', 'b']) supervisor.startChild(spec(id));
    await end('a', 'crash');
    await clock.advance(500);
    await supervisor.stop();
    await clock.advance(60_000);
    expect(happened.filter((line) => line.startsWith('start'))).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it('starts nothing, and leaves no timer, when it is stopped while it stops its members', async () => {
    const { supervisor, spec, end, clock, happened } = group();
    supervisor.startChild(spec('slow', { stopsAfterMs: 500 }));
    supervisor.startChild(spec('b'));
    await end('b', 'crash');
    void supervisor.stop();
    await clock.advance(500);
    expect(clock.pending).toBe(0);
    expect(happened.at(-1)).toBe('gone slow#1');
  });

  it('goes on from a stored history, and takes no member that would restart itself', async () => {
    const now = Date.UTC(2026, 0, 1);
    const history = { crashedAt: [1, 2, 3, 4, 5].map((ms) => now - ms), attempt: 5 };
    let gaveUp = 0;
    const { supervisor, spec, end, clock } = group({ history, onGiveUp: () => gaveUp++ });
    expect(() => supervisor.startChild(spec('a', { onDown: () => undefined }))).toThrow('one_for_all');
    supervisor.startChild(spec('a'));
    await end('a', 'crash');
    await clock.settle();
    expect(gaveUp).toBe(1);
  });
});
