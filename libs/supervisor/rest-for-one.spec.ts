import { describe, expect, it } from 'vitest';
import { createNursery, type Nursery } from '#test/support/scripted-children';

const group = (options: Parameters<typeof createNursery>[0] = {}) =>
  createNursery({ strategy: 'rest_for_one', ...options });

const lives = ({ supervisor }: Nursery): string =>
  supervisor
    .children()
    .map(({ id, incarnation, state }) => `${id}#${incarnation}${state === 'running' ? '' : ` ${state}`}`)
    .join(', ');

describe('S4 rest_for_one', () => {
  it('stops those after the failed one in reverse, restarts from it on in order, and leaves those before it alone', async () => {
    const nursery = group();
    const { supervisor, spec, end, clock, happened } = nursery;
    for (const id of ['a', 'b', 'c', 'd']) supervisor.startChild(spec(id, { stopsAfterMs: 400 }));
    await end('b', 'crash');
    await clock.advance(60_000);
    expect(happened.slice(4)).toEqual([
      'gone b#1',
      ...['ask d#1', 'gone d#1', 'ask c#1', 'gone c#1'],
      ...['start b#2', 'start c#2', 'start d#2'],
    ]);
    expect(lives(nursery)).toBe('a#1, b#2, c#2, d#2');
  });

  it('takes nobody along when the last one fails, and all when the first one does', async () => {
    const nursery = group();
    for (const id of ['a', 'b', 'c']) nursery.supervisor.startChild(nursery.spec(id));
    await nursery.end('c', 'crash');
    await nursery.clock.advance(10_000);
    expect(lives(nursery)).toBe('a#1, b#1, c#2');
    await nursery.end('a', 'crash');
    await nursery.clock.advance(10_000);
    expect(lives(nursery)).toBe('a#2, b#2, c#3');
  });

  it('starts nothing before a later one is really gone; meanwhile it takes no new member', async () => {
    const { supervisor, spec, end, clock, happened } = group();
    supervisor.startChild(spec('a'));
    supervisor.startChild(spec('slow', { stopsAfterMs: null, diesAfterMs: 30_000, shutdownMs: 1_000, killMs: 2_000 }));
    await end('a', 'crash');
    await clock.advance(30_999);
    expect(happened.slice(2)).toEqual(['gone a#1', 'ask slow#1', 'kill slow#1']);
    expect(supervisor.startChild(spec('new'))).toEqual({ ok: false, why: 'stopping' });
    await clock.advance(1);
    expect(happened.slice(5)).toEqual(['gone slow#1', 'start a#2', 'start slow#2']);
  });

  it('widens when an earlier one fails while later ones wait: one restart, at the later time, in order', async () => {
    const nursery = group();
    const { supervisor, spec, end, clock, happened } = nursery;
    for (const id of ['a', 'b', 'c', 'd']) supervisor.startChild(spec(id));
    await end('c', 'crash'); // due in 1 s
    await clock.advance(900);
    await end('b', 'crash'); // due in 2 s
    expect(happened.slice(4)).toEqual(['gone c#1', 'ask d#1', 'gone d#1', 'gone b#1']);
    await clock.advance(1_999);
    expect(happened).toHaveLength(8);
    await clock.advance(1);
    expect(happened.slice(8)).toEqual(['start b#2', 'start c#2', 'start d#2']);
    await clock.advance(60_000);
    expect(lives(nursery)).toBe('a#1, b#2, c#2, d#2');
  });

  it('widens while it is still stopping: those in between are stopped, too, and nobody starts before all are gone', async () => {
    const { supervisor, spec, end, clock, happened } = group();
    for (const id of ['a', 'b']) supervisor.startChild(spec(id));
    for (const id of ['c', 'd']) supervisor.startChild(spec(id, { stopsAfterMs: 3_000 }));
    await end('b', 'crash');
    await end('a', 'crash');
    await clock.advance(60_000);
    expect(happened.slice(4)).toEqual([
      ...['gone b#1', 'ask d#1', 'gone a#1', 'ask d#1', 'gone d#1', 'ask c#1', 'ask c#1', 'gone c#1'],
      ...['start a#2', 'start b#2', 'start c#2', 'start d#2'],
    ]);
  });

  it('counts for the group, and counts those that end because of it no more', async () => {
    let gaveUp = 0;
    const nursery = group({ onGiveUp: () => gaveUp++ });
    const { supervisor, spec, end, life, clock } = nursery;
    for (const id of ['a', 'b', 'c']) supervisor.startChild(spec(id));
    for (const id of ['a', 'b', 'c', 'a', 'b']) {
      await end(id, 'crash');
      if (id === 'a') life('c').exit('crash'); // falls with what it needs
      await clock.advance(40_000);
      expect(gaveUp).toBe(0);
    }
    expect(lives(nursery)).toBe('a#3, b#5, c#6');
    await end('c', 'crash');
    expect(gaveUp).toBe(1);
    expect(supervisor.children().every(({ state }) => state === 'down')).toBe(true);
  });

  it('goes on from a stored history', async () => {
    const now = Date.UTC(2026, 0, 1);
    const history = { crashedAt: [1, 2, 3, 4, 5].map((ms) => now - ms), attempt: 5 };
    let gaveUp = 0;
    const { supervisor, spec, end } = group({ history, onGiveUp: () => gaveUp++ });
    for (const id of ['a', 'b']) supervisor.startChild(spec(id));
    await end('b', 'crash');
    expect(gaveUp).toBe(1);
  });

  it('leaves at rest what rests: normal ends, temporary members, those stopped or forgotten meanwhile', async () => {
    const nursery = group();
    const { supervisor, spec, end, clock } = nursery;
    for (const id of ['a', 'logged out', 'stopped', 'forgotten']) supervisor.startChild(spec(id));
    supervisor.startChild(spec('once', { restart: 'temporary' }));
    await end('logged out', 'normal');
    await end('a', 'crash');
    await clock.advance(500);
    await supervisor.stopChild({ id: 'stopped', incarnation: 1 });
    supervisor.forget('forgotten');
    await clock.advance(60_000);
    expect(lives(nursery)).toBe('a#2, logged out#1 down, stopped#1 down, once#1 down');
  });

  it('restarts nobody for a temporary member, or for one that came to its end', async () => {
    const nursery = group();
    const { supervisor, spec, end, clock } = nursery;
    supervisor.startChild(spec('once', { restart: 'temporary' }));
    for (const id of ['done', 'c']) supervisor.startChild(spec(id));
    await end('once', 'crash');
    await end('done', 'normal');
    await clock.advance(60_000);
    expect(lives(nursery)).toBe('once#1 down, done#1 down, c#1');
  });

  it('puts one that its owner starts anew at the end of the order', async () => {
    const nursery = group();
    const { supervisor, spec, end, clock } = nursery;
    for (const id of ['a', 'b']) supervisor.startChild(spec(id));
    await supervisor.stopChild({ id: 'a', incarnation: 1 });
    supervisor.startChild(spec('a'));
    await end('b', 'crash');
    await clock.advance(10_000);
    expect(lives(nursery)).toBe('b#2, a#3');
  });

  it.each([
    ['while later ones are being stopped', 0],
    ['between the stop and the start', 700],
  ])('starts nothing any more, and leaves no timer, when it is stopped %s', async (_when, afterMs) => {
    const { supervisor, spec, end, clock, happened } = group();
    for (const id of ['a', 'b', 'c']) supervisor.startChild(spec(id, { stopsAfterMs: 500 }));
    await end('b', 'crash');
    await clock.advance(afterMs);
    void supervisor.stop();
    await clock.advance(60_000);
    expect(happened.slice(3).filter((line) => !line.startsWith('ask'))).toEqual(['gone b#1', 'gone c#1', 'gone a#1']);
    expect(clock.pending).toBe(0);
  });

  it('takes no member that would restart itself', () => {
    const { supervisor, spec } = group();
    expect(() => supervisor.startChild(spec('a', { onDown: () => undefined }))).toThrow('rest_for_one');
  });
});
