import { describe, expect, it } from 'vitest';
import { createDeadLetters, type DeadLetter } from './dead-letters.js';

type Text = { readonly text: string };
const letter = (text: string, reason = 'stale'): DeadLetter<Text> => ({
  to: 'alice',
  message: { text },
  reason,
  at: 7,
});

describe('S16 dead letters', () => {
  it('records a letter once, with its first reason, though two paths report it', () => {
    const letters = createDeadLetters<Text>({ keptMax: 10 });
    const lost = letter('hello', 'stale');
    expect(letters.record(lost)).toBe(true);
    expect(letters.record({ ...lost, reason: 'stopped', at: 9 })).toBe(false);
    expect(letters.kept()).toEqual([lost]);
    expect(letters.countByReason()).toEqual({ stale: 1 });
  });

  it('keeps two letters apart that only say the same', () => {
    const letters = createDeadLetters<Text>({ keptMax: 10 });
    letters.record(letter('hello'));
    letters.record(letter('hello'));
    expect(letters.kept()).toHaveLength(2);
  });

  it('keeps the latest, oldest first, and counts all by reason', () => {
    const letters = createDeadLetters<Text>({ keptMax: 3 });
    for (let n = 0; n < 10; n++) letters.record(letter(String(n), n % 5 === 0 ? 'busy' : 'stale'));
    expect(letters.kept().map(({ message }) => message.text)).toEqual(['7', '8', '9']);
    expect(letters.countByReason()).toEqual({ busy: 2, stale: 8 });
  });

  it('only counts when nothing is to be kept', () => {
    const letters = createDeadLetters<Text>({ keptMax: 0 });
    letters.record(letter('hello'));
    expect([letters.kept(), letters.countByReason()]).toEqual([[], { stale: 1 }]);
  });
});
