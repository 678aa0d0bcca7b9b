import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AccountExport } from '#libs/contracts/account-export';
import { type RecordedStep, stateAfter } from './account.replay.js';
import { revive, stateOf } from './account.snapshot.js';

const file = new URL('../../test/incidents/killed-then-launch-hung.json', import.meta.url);
const lived = JSON.parse(readFileSync(file, 'utf8')) as AccountExport;
const steps = lived.transitions.map(({ at, input, ...step }) => ({
  ...step,
  at: Date.parse(at),
  input: input as RecordedStep['input'],
}));

describe('an account as it was after a step', () => {
  it('stood where the history says, after each of them', () => {
    for (const { seq, to } of steps) {
      const past = stateAfter(steps.filter((step) => step.seq <= seq));
      expect(past).toMatchObject({ ok: true, exact: true });
      if (past.ok) expect(stateOf(revive(past.stored, 0).snapshot)).toBe(to);
    }
  });

  it('is after the last one what is stored', () => {
    const { value, context } = lived.snapshot.snapshot as { readonly value: unknown; readonly context: unknown };
    expect(stateAfter(steps)).toMatchObject({ ok: true, stored: { value, context } });
  });

  it('cannot be told when nothing says where it began, or today’s machine goes elsewhere', () => {
    expect(stateAfter([])).toEqual({ ok: false, why: 'no_start' });
    expect(stateAfter(steps.map((step) => ({ ...step, input: null })))).toEqual({ ok: false, why: 'no_start' });
    const elsewhere = steps.map((step, i) => (i === steps.length - 1 ? { ...step, to: 'QR_READY' } : step));
    expect(stateAfter(elsewhere)).toEqual({ ok: false, why: 'differs' });
  });
});
