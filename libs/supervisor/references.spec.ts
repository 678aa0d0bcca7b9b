import { describe, expect, it } from 'vitest';
import { createNursery } from '#test/support/scripted-children';
import type { Down } from './child-spec.js';
import { createDeadLetters } from './dead-letters.js';
import { createMailbox } from './mailbox.js';
import type { SupervisorNote } from './supervisor-note.js';

const first = { id: 'alice', incarnation: 1 };
const second = { id: 'alice', incarnation: 2 };

describe('S12 monitors', () => {
  it('tell exactly one down, with reason and incarnation, and nothing of the successor', async () => {
    const { supervisor, spec, end, clock } = createNursery();
    supervisor.startChild(spec('alice'));
    const downs: Down[] = [];
    supervisor.monitor(first, (down) => downs.push(down));
    await end('alice', 'crash', 'browser_gone');
    await clock.advance(1_000);
    await end('alice', 'crash', 'page_hung');
    expect(downs).toHaveLength(1);
    expect(downs[0]).toMatchObject({ ref: first, exit: { reason: 'browser_gone' }, verdict: { do: 'restart' } });
  });

  it('tell one down, too, when it was dead before, and not within the call', async () => {
    const { supervisor, spec, end, clock } = createNursery();
    supervisor.startChild(spec('alice'));
    await end('alice', 'normal', 'logged_out');
    const downs: Down[] = [];
    supervisor.monitor(first, (down) => downs.push(down));
    expect(downs).toEqual([]);
    await clock.advance(60_000);
    expect(downs.map(({ exit }) => exit.reason)).toEqual(['logged_out']);
  });

  it('say that they know no such child, rather than nothing, for an old life or a strange id', async () => {
    const { supervisor, spec, end, clock } = createNursery();
    supervisor.startChild(spec('alice'));
    await end('alice', 'crash');
    await clock.advance(1_000);
    const downs: Down[] = [];
    supervisor.monitor(first, (down) => downs.push(down));
    supervisor.monitor({ id: 'nobody', incarnation: 1 }, (down) => downs.push(down));
    await clock.settle();
    expect(downs.map(({ ref, exit }) => [ref.id, exit.reason])).toEqual([
      ['alice', 'no_such_child'],
      ['nobody', 'no_such_child'],
    ]);
    expect(supervisor.isCurrent(second)).toBe(true);
  });

  it('are each told, and none once it has left', async () => {
    const { supervisor, spec, end, clock } = createNursery();
    supervisor.startChild(spec('alice'));
    const heard: string[] = [];
    const same = (): void => void heard.push('same');
    supervisor.monitor(first, same);
    supervisor.monitor(first, same);
    supervisor.monitor(first, () => heard.push('left'))();
    await end('alice', 'normal');
    supervisor.monitor(first, () => heard.push('left before it was told'))();
    await clock.settle();
    expect(heard).toEqual(['same', 'same']);
  });

  it('are not told any more when another one, told first, has made them leave', async () => {
    const { supervisor, spec, end } = createNursery();
    supervisor.startChild(spec('alice'));
    const heard: string[] = [];
    supervisor.monitor(first, () => leaveSecond());
    const leaveSecond = supervisor.monitor(first, () => heard.push('second listener'));
    await end('alice', 'normal');
    expect(heard).toEqual([]);
  });

  it('harm neither each other nor the supervisor when one throws', async () => {
    const { supervisor, spec, end, clock, notes } = createNursery();
    const heard: string[] = [];
    supervisor.startChild(spec('alice'));
    supervisor.monitor(first, () => {
      throw new Error('listener broke');
    });
    supervisor.monitor(first, () => heard.push('second listener'));
    await end('alice', 'crash');
    await clock.advance(1_000);
    expect(heard).toEqual(['second listener']);
    expect(supervisor.isCurrent(second)).toBe(true);
    expect(notes.find(({ type }) => type === 'callback_failed')).toMatchObject({ detail: 'listener broke' });
  });
});

describe('S14 references carry their incarnation', () => {
  it('only the present life is current: not an old one, not one to come, not one that waits', async () => {
    const { supervisor, spec, end, clock } = createNursery();
    supervisor.startChild(spec('alice'));
    expect([supervisor.isCurrent(first), supervisor.isCurrent(second)]).toEqual([true, false]);
    await end('alice', 'crash');
    expect([supervisor.isCurrent(first), supervisor.isCurrent(second)]).toEqual([false, false]);
    await clock.advance(1_000);
    expect([supervisor.isCurrent(first), supervisor.isCurrent(second)]).toEqual([false, true]);
  });

  it('a stale reference stops, kills and asks nobody', async () => {
    const { supervisor, spec, end, clock, life } = createNursery();
    supervisor.startChild(spec('alice'));
    await end('alice', 'crash');
    await clock.advance(1_000);
    expect(await supervisor.stopChild(first)).toBeNull();
    await supervisor.killChild(first);
    expect(supervisor.askToStop(first)).toBe(false);
    expect([life('alice').asks, life('alice').kills, supervisor.isCurrent(second)]).toEqual([0, 0, true]);
  });

  it('a message to a stale reference is a dead letter, and never reaches the successor', async () => {
    const { supervisor, spec, end, clock } = createNursery();
    const boxes = new Map<number, ReturnType<typeof createMailbox<{ text: string }>>>();
    const letters = createDeadLetters<{ text: string }>({ keptMax: 10 });
    const scripted = spec('alice');
    supervisor.startChild({
      ...scripted,
      start: (ref) => {
        boxes.set(ref.incarnation, createMailbox({ max: 10, controlMax: 1, onMail: () => undefined }));
        return scripted.start(ref);
      },
    });
    const send = (ref: typeof first, text: string): void => {
      const message = { text };
      if (supervisor.isCurrent(ref)) boxes.get(ref.incarnation)?.post(message);
      else letters.record({ to: ref.id, message, reason: 'stale', at: clock.now() });
    };
    send(first, 'in time');
    await end('alice', 'crash');
    await clock.advance(1_000);
    send(first, 'too late');
    expect(boxes.get(1)?.takeAll()).toEqual([{ text: 'in time' }]);
    expect(boxes.get(2)?.takeAll()).toEqual([]);
    expect(letters.countByReason()).toEqual({ stale: 1 });
  });

  it('numbers go on: over restarts of the process, over new starts, and until it is forgotten', async () => {
    const { supervisor, spec, end } = createNursery();
    expect(supervisor.startChild(spec('alice', { lastIncarnation: 41 }))).toMatchObject({ ref: { incarnation: 42 } });
    await end('alice', 'normal');
    expect(supervisor.startChild(spec('alice'))).toMatchObject({ ref: { incarnation: 43 } });
    supervisor.forget('alice');
    expect(supervisor.startChild(spec('alice')).ok).toBe(false); // living: forgotten when it is gone
    await end('alice', 'crash');
    expect(supervisor.children()).toEqual([]);
    expect(supervisor.startChild(spec('alice'))).toMatchObject({ ref: { incarnation: 1 } });
  });
});

describe('S24 notes', () => {
  it('tell every start, exit, verdict, stop and kill with incarnation, time and cause, as plain JSON', async () => {
    const { supervisor, spec, end, clock, notes } = createNursery();
    const t0 = clock.now();
    supervisor.startChild(spec('alice', { stopsAfterMs: null }));
    await end('alice', 'crash', 'page_hung');
    await clock.advance(1_000);
    void supervisor.stopChild(second);
    await clock.advance(5_000);
    const history = { crashedAt: [t0], attempt: 1 };
    const hung = { reason: 'page_hung', class: 'crash' };
    const restart = { do: 'restart', at: t0 + 1_000, history };
    const by = (at: number, ref: object, note: object) => ({ ...note, ref, supervisor: 'nursery', at: t0 + at });
    const killed = { reason: 'close_timeout', class: 'crash' };
    expect(notes).toEqual([
      by(0, first, { type: 'started' }),
      by(0, first, { type: 'exited', exit: hung, verdict: restart }),
      by(0, first, { type: 'restart_scheduled', exit: hung, verdict: restart }),
      by(1_000, second, { type: 'started' }),
      by(1_000, second, { type: 'stop_asked' }),
      by(6_000, second, { type: 'killed' }),
      by(6_000, second, { type: 'exited', exit: killed, verdict: { do: 'rest', history } }),
    ]);
    expect(JSON.parse(JSON.stringify(notes))).toEqual(notes);
  });

  it('come before anybody is told: a listener that looks finds them written', async () => {
    const { supervisor, spec, end, notes } = createNursery();
    let seen: SupervisorNote['type'][] = [];
    supervisor.startChild(spec('alice', { onDown: () => (seen = notes.map(({ type }) => type)) }));
    await end('alice', 'crash');
    expect(seen).toEqual(['started', 'exited', 'restart_scheduled']);
  });
});

describe('I11 ten thousand children', () => {
  it('start, crash, restart and stop within a second or two, and leave no timer behind', async () => {
    const { supervisor, spec, life, clock } = createNursery({ stopTogether: true });
    const ids = Array.from({ length: 10_000 }, (_, n) => `account-${n}`);
    for (const id of ids) supervisor.startChild(spec(id));
    for (let round = 1; round <= 3; round++) {
      for (const id of ids) life(id).exit('outage');
      await clock.advance(60_000);
    }
    expect(supervisor.children().every(({ incarnation, state }) => incarnation === 4 && state === 'running')).toBe(
      true,
    );
    await supervisor.stop();
    expect(clock.pending).toBe(0);
  });
});
