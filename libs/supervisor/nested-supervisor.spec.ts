import { describe, expect, it } from 'vitest';
import { createNursery, NO_JITTER, POLICY } from '#test/support/scripted-children';
import type { ChildSpec } from './child-spec.js';
import { superviseAsChild } from './nested-supervisor.js';
import type { Strategy } from './supervisor.js';

type Stage = ReturnType<typeof createNursery>;

/** A child of the stage's supervisor that is a supervisor itself; its children are named `subtree.child`. */
function subtree(stage: Stage, id: string, members: readonly ChildSpec[], strategy: Strategy = 'one_for_one') {
  const { clock, notes } = stage;
  const start = (): ReturnType<typeof superviseAsChild> =>
    superviseAsChild(
      { id, strategy, policy: POLICY, clock, dice: NO_JITTER, note: (note) => notes.push(note) },
      (supervisor) => {
        for (const member of members) supervisor.startChild(member);
      },
    );
  return { id, restart: 'transient', shutdownMs: 10_000, killMs: 2_000, start } satisfies ChildSpec;
}

/** The sixth crash within ten minutes is one too many. */
async function crashUntilGivenUp({ end, clock }: Stage, id: string): Promise<void> {
  for (let crash = 1; crash <= POLICY.restartsMax + 1; crash += 1) {
    await end(id, 'crash');
    if (crash <= POLICY.restartsMax) await clock.advance(POLICY.backoffMsMax);
  }
}

const exitsOf = ({ notes }: Stage, id: string) =>
  notes.flatMap((note) => (note.type === 'exited' && note.ref.id === id ? [note.exit] : []));

describe('S10 a supervisor that fails', () => {
  it('has stopped all its descendants, grandchildren too, before its parent hears of it', async () => {
    const stage = createNursery();
    const { supervisor, spec, happened, clock } = stage;
    const deep = subtree(stage, 'deep', [spec('d1', { stopsAfterMs: 2_000 }), spec('d2', { stopsAfterMs: 2_000 })]);
    supervisor.startChild(subtree(stage, 'parent', [spec('a', { stopsAfterMs: 1_000 }), deep, spec('b')]));
    await crashUntilGivenUp(stage, 'b');
    const before = happened.length;
    await clock.advance(4_999);
    expect(exitsOf(stage, 'parent')).toEqual([]);
    await clock.advance(1);
    expect(exitsOf(stage, 'parent')).toMatchObject([{ reason: 'gave_up', class: 'crash', detail: 'b: crash' }]);
    expect(happened.slice(before)).toEqual(['gone d2#1', 'ask d1#1', 'gone d1#1', 'ask a#1', 'gone a#1']);
    await clock.advance(1_000);
    expect(happened.slice(-4), 'its parent starts a new one').toEqual([
      ...['start a#1', 'start d1#1', 'start d2#1', 'start b#1'],
    ]);
  });

  it('is not gone while one of them can’t be ended: nobody starts its successor beside it', async () => {
    const stage = createNursery();
    const { supervisor, spec, clock, notes, life } = stage;
    const stuck = spec('stuck', { stopsAfterMs: null, diesAfterMs: null });
    supervisor.startChild(subtree(stage, 'parent', [stuck, spec('b')]));
    await crashUntilGivenUp(stage, 'b');
    await clock.advance(600_000);
    expect(notes.filter(({ type }) => type === 'not_gone')).toMatchObject([{ ref: { id: 'stuck' } }]);
    expect(supervisor.isCurrent({ id: 'parent', incarnation: 1 })).toBe(true);
    life('stuck').exit('crash');
    await clock.advance(1_000);
    expect(supervisor.find('parent')).toMatchObject({ incarnation: 2 });
  });

  it('counts as one crash with its parent, which gives up in its turn', async () => {
    let gaveUp = 0;
    const stage = createNursery({
      policy: { ...POLICY, restartsMax: 1, windowMs: 86_400_000 },
      onGiveUp: () => gaveUp++,
    });
    stage.supervisor.startChild(subtree(stage, 'parent', [stage.spec('b')]));
    await crashUntilGivenUp(stage, 'b');
    await stage.clock.advance(60_000);
    expect(gaveUp).toBe(0);
    await crashUntilGivenUp(stage, 'b');
    expect(gaveUp).toBe(1);
    expect(stage.clock.pending).toBe(0);
  });

  it('leaves nothing of a start that failed half-way', async () => {
    const stage = createNursery();
    const { supervisor, spec, clock, happened } = stage;
    const members = [spec('a', { stopsAfterMs: 500 }), spec('a'), spec('b', { onDown: () => undefined })];
    supervisor.startChild({ ...subtree(stage, 'parent', members, 'one_for_all'), restart: 'temporary' });
    await clock.advance(500);
    expect(happened).toEqual(['start a#1', 'ask a#1', 'gone a#1']);
    expect(exitsOf(stage, 'parent')).toMatchObject([{ reason: 'start_failed', class: 'crash' }]);
  });
});

describe('S11 escalation', () => {
  it('stays in its subtree: of a hundred, one gives up and starts anew, 99 keep their lives and those below them', async () => {
    const stage = createNursery();
    const { supervisor, spec, clock, notes } = stage;
    const ids = Array.from({ length: 100 }, (_, at) => `host${at}`);
    for (const id of ids) supervisor.startChild(subtree(stage, id, [spec(`${id}.a`), spec(`${id}.b`)]));
    const begun = notes.length;
    await crashUntilGivenUp(stage, 'host42.a');
    await clock.advance(60_000);
    const others = notes.slice(begun).filter(({ ref }) => !ref.id.startsWith('host42'));
    expect(others).toEqual([]);
    expect(supervisor.children().filter(({ incarnation }) => incarnation === 1)).toHaveLength(99);
    expect(supervisor.find('host42')).toMatchObject({ incarnation: 2 });
  });
});

describe('S23 the normal end of a significant child', () => {
  it('ends its subtree, in reverse order, and nothing beside it; its parent lets it rest', async () => {
    const stage = createNursery();
    const { supervisor, spec, end, happened, clock } = stage;
    const session = spec('session', { significant: true });
    supervisor.startChild(subtree(stage, 'account', [spec('store'), session, spec('sender', { stopsAfterMs: 300 })]));
    supervisor.startChild(subtree(stage, 'other', [spec('x')]));
    await end('session', 'normal', 'logged_out');
    await clock.advance(60_000);
    expect(happened.slice(4)).toEqual([
      ...['gone session#1', 'ask sender#1', 'gone sender#1', 'ask store#1', 'gone store#1'],
    ]);
    expect(exitsOf(stage, 'account')).toEqual([{ reason: 'logged_out', class: 'normal' }]);
    expect(supervisor.find('account')).toBeNull();
    expect(supervisor.find('other')).toMatchObject({ incarnation: 1 });
  });

  it('is a normal end only when it was one: a crash of it restarts it, as any other', async () => {
    const stage = createNursery();
    const { supervisor, spec, end, happened, clock } = stage;
    supervisor.startChild(subtree(stage, 'account', [spec('store'), spec('session', { significant: true })]));
    await end('session', 'crash');
    await clock.advance(1_000);
    expect(happened.slice(2)).toEqual(['gone session#1', 'start session#2']);
  });
});

describe('a supervisor that is a child', () => {
  it('stops in reverse order when it is asked, and is gone when the last of its children is', async () => {
    const stage = createNursery();
    const { supervisor, spec, happened, clock } = stage;
    supervisor.startChild(
      subtree(stage, 'parent', [spec('a', { stopsAfterMs: 400 }), spec('b', { stopsAfterMs: 400 })]),
    );
    const stopped = supervisor.stopChild({ id: 'parent', incarnation: 1 });
    await clock.advance(800);
    expect(await stopped).toEqual({ reason: 'stopped', class: 'normal' });
    expect(happened.slice(2)).toEqual(['ask b#1', 'gone b#1', 'ask a#1', 'gone a#1']);
  });

  it('that takes too long is killed with all below it, at once', async () => {
    const stage = createNursery();
    const { supervisor, spec, happened, clock } = stage;
    const deaf = { stopsAfterMs: null, shutdownMs: 60_000 };
    const deep = { ...subtree(stage, 'deep', [spec('c', deaf)]), shutdownMs: 60_000 };
    supervisor.startChild(subtree(stage, 'parent', [spec('a', deaf), spec('b', deaf), deep]));
    const stopped = supervisor.stopChild({ id: 'parent', incarnation: 1 });
    await clock.advance(10_000);
    expect(await stopped).toMatchObject({ reason: 'killed', class: 'crash' });
    expect(
      happened
        .slice(3)
        .filter((line) => line.startsWith('gone'))
        .sort(),
    ).toEqual(['gone a#1', 'gone b#1', 'gone c#1']);
    expect(clock.pending).toBe(0);
  });
});
