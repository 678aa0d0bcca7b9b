import { describe, expect, it } from 'vitest';
import type { TransitionView } from '#libs/contracts/transition';
import { countdownOf } from './countdown.js';
import { compare } from './difference.js';
import { causesOf, filterSteps, NO_TIMELINE_FILTER } from './history/timeline-filter.js';
import { type Life, readAgainAt, STEPS_KEPT_MAX, withOlder, withSteps } from './life.js';

const step = (seq: number, more: Partial<TransitionView> = {}): TransitionView => ({
  ...{ seq, at: '2026-01-01T00:00:00.000Z', from: 'A', to: 'B', event: 'driver.ready', cause: null },
  ...{ incarnation: 1, epoch: 1, heldMs: 0, ...more },
});
const seqs = ({ steps }: Life) => steps.map(({ seq }) => seq);

describe('the history on the page', () => {
  const life: Life = { steps: [step(5), step(4)], olderBefore: 4, context: null };

  it('grows at its top by what is news, and at its foot by what is older, each step once', () => {
    const grown = withSteps(life, [step(5), step(6), step(7)]);
    expect(seqs(grown)).toEqual([7, 6, 5, 4]);
    expect(seqs(withOlder(grown, [step(2), step(3), step(4)], 2))).toEqual([7, 6, 5, 4, 3, 2]);
    expect(withSteps(life, [step(5)])).toBe(life);
  });

  it('keeps no more than it says', () => {
    const many = Array.from({ length: STEPS_KEPT_MAX }, (_, i) => step(i + 6));
    const full = withSteps(life, many);
    expect([full.steps.length, full.steps.at(-1)!.seq]).toEqual([STEPS_KEPT_MAX, 6]);
    expect(withOlder(full, [step(4), step(5)], 4)).toMatchObject({ olderBefore: null });
  });
});

describe('the filter of the history', () => {
  const steps = [
    step(4, { event: 'session.down', cause: 'browser_gone', to: 'CONNECTING.backingOff' }),
    step(3, { event: 'account.disconnect', cause: 'stopped', to: 'DISCONNECTED.closing' }),
    step(2, { event: 'deadline.kill', cause: 'deadline_passed', to: 'FAILED.idle' }),
    step(1),
  ];
  const found = (filter: Partial<typeof NO_TIMELINE_FILTER>) =>
    filterSteps(steps, { ...NO_TIMELINE_FILTER, ...filter }, (cause) => `told: ${cause}`).map(({ seq }) => seq);

  it('looks for every word in event, states, cause and number', () => {
    expect(found({ text: 'SESSION backing' })).toEqual([4]);
    expect(found({ text: 'told: stopped' })).toEqual([3]);
    expect(found({ text: '#1' })).toEqual([1]);
    expect(found({ text: 'nowhere' })).toEqual([]);
  });

  it('keeps failures apart from what was wished, and one cause from others', () => {
    expect(found({ failuresOnly: true })).toEqual([4, 2]);
    expect(found({ cause: 'stopped' })).toEqual([3]);
    expect(causesOf(steps)).toEqual(['browser_gone', 'deadline_passed', 'stopped']);
  });
});

describe('two moments side by side', () => {
  it('differ where a field does, whatever the order of names within it', () => {
    const then = { login: 'none', deadline: { name: 'scan', at: 1 }, gone: 1 };
    const now = { login: 'saved', deadline: { at: 1, name: 'scan' }, come: null };
    expect(compare(then, now).map(({ name, differs }) => [name, differs])).toEqual([
      ['login', true],
      ['deadline', false],
      ['gone', true],
      ['come', true],
    ]);
  });
});

describe('a context', () => {
  it('is read again once the code or the wait that it tells of is over, and seldom while that is overdue', () => {
    expect(readAgainAt({ pairing: { attempt: 1, expiresAt: 20_000 }, deadline: { name: 'scan', at: 60_000 } }, 0)).toBe(
      21_000,
    );
    expect(readAgainAt({ pairing: null, deadline: { name: 'degraded', at: 60_000 } }, 0)).toBe(61_000);
    expect(readAgainAt({ pairing: null, deadline: { name: 'degraded', at: 60_000 } }, 100_000)).toBe(105_000);
    expect(readAgainAt({ pairing: null, deadline: null }, 0)).toBeNull();
    expect(readAgainAt(null, 0)).toBeNull();
  });
});

describe('a wait', () => {
  it('is counted down when the context has one', () => {
    const context = { deadline: { name: 'launch', at: 5_000 } };
    expect(countdownOf('CONNECTING.launching', context, 2_000)).toEqual({
      ...{ state: 'CONNECTING.launching', name: 'launch', at: 5_000, seenAt: 2_000 },
    });
    expect(countdownOf('X', { deadline: null }, null)).toBeNull();
    expect(countdownOf('X', null, null)).toBeNull();
  });
});
