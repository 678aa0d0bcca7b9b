import { describe, expect, it } from 'vitest';
import { createNursery, POLICY } from '#test/support/scripted-children';

describe('a supervisor looked at', () => {
  it('counts those who are well, and names none of them', () => {
    const { supervisor, spec } = createNursery();
    for (const id of ['a', 'b', 'c']) supervisor.startChild(spec(id));
    expect(supervisor.report()).toEqual({
      id: 'nursery',
      strategy: 'one_for_one',
      policy: POLICY,
      counts: { running: 3, stopping: 0, waiting: 0, down: 0 },
      crashes: 0,
      shaken: [],
    });
  });

  it('tells who waits for what, and how many crashes count', async () => {
    const { supervisor, spec, end, clock } = createNursery();
    supervisor.startChild(spec('a'));
    supervisor.startChild(spec('b'));
    const startedAt = clock.now();
    await end('a', 'crash', 'page_crashed');
    const { counts, crashes, shaken } = supervisor.report();
    expect({ counts, crashes }).toEqual({ counts: { running: 1, stopping: 0, waiting: 1, down: 0 }, crashes: 1 });
    expect(shaken).toMatchObject([
      { id: 'a', incarnation: 1, state: 'waiting', restart: 'transient', startedAt, crashes: 1 },
    ]);
    expect(shaken[0]?.lastDown).toMatchObject({ exit: { reason: 'page_crashed' }, verdict: { at: startedAt + 1_000 } });
  });

  it('forgets a crash when it is older than the window, and not a moment sooner', async () => {
    const { supervisor, spec, end, clock } = createNursery();
    supervisor.startChild(spec('a'));
    await end('a', 'crash');
    await clock.advance(POLICY.windowMs);
    expect(supervisor.report()).toMatchObject({ crashes: 1, shaken: [{ id: 'a', state: 'running' }] });
    await clock.advance(1);
    expect(supervisor.report()).toMatchObject({ crashes: 0, shaken: [] });
  });

  it('goes on naming one that was given up, and leaves out one that came to its end', async () => {
    const { supervisor, spec, end, clock } = createNursery();
    supervisor.startChild(spec('given up', { onDown: () => undefined, history: { crashedAt: [0, 0], attempt: 2 } }));
    const crashedAt = Array.from({ length: POLICY.restartsMax }, () => clock.now());
    supervisor.startChild(spec('worse', { onDown: () => undefined, history: { crashedAt, attempt: 5 } }));
    supervisor.startChild(spec('at rest'));
    await end('worse', 'crash');
    await end('at rest', 'normal');
    await clock.advance(POLICY.windowMs + 1);
    expect(supervisor.report()).toMatchObject({
      counts: { running: 1, down: 2 },
      crashes: 0,
      shaken: [{ id: 'worse', state: 'down', lastDown: { verdict: { do: 'give_up' } } }],
    });
  });

  it('counts once for a group, whoever of it fell', async () => {
    const { supervisor, spec, end } = createNursery({ strategy: 'one_for_all' });
    for (const id of ['a', 'b', 'c']) supervisor.startChild(spec(id));
    await end('b', 'crash');
    const { crashes, shaken } = supervisor.report();
    expect(crashes).toBe(1);
    expect(shaken.map((child) => [child.id, child.crashes])).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 1],
    ]);
  });
});
