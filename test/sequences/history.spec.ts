import { expect, it } from 'vitest';
import type { TransitionView } from '#libs/contracts/transition';
import { faultsOfHistory } from './history.js';

const step = (seq: number, from: string | null, to: string, incarnation: number, more = {}): TransitionView => ({
  ...{ seq, from, to, incarnation, at: `2026-01-01T00:00:0${seq}Z` },
  ...{ event: 'account.connect', cause: null, epoch: 1, heldMs: 0 },
  ...more,
});
const first = step(1, 'DISCONNECTED.idle', 'CONNECTING.queued', 0);
const second = step(2, 'CONNECTING.queued', 'CONNECTING.launching', 1);

it('finds nothing in a history as it must be', () => {
  expect(faultsOfHistory([])).toEqual([]);
  expect(faultsOfHistory([first, second])).toEqual([]);
});

it.each([
  ['a missing first step', [second], 'its history has step 2 where 1 must be'],
  ['a gap', [first, step(3, 'CONNECTING.queued', 'CONNECTING.launching', 1)], 'its history has step 3 where 2 must be'],
  ['a step from elsewhere', [first, step(2, 'QR_READY', 'CONNECTED', 0)], 'step 2 leaves QR_READY'],
  ['an older session', [first, second, step(3, second.to, 'QR_READY', 0)], 'step 3 is of session 0 after 1'],
  ['a session nobody saw', [first, { ...second, incarnation: 2 }], 'step 2 skips to session 2 from 0'],
  ['time that runs back', [first, { ...second, at: '2025-12-31T23:59:59Z' }], 'step 2 is older'],
])('finds %s', (_name, steps, fault) => {
  expect(faultsOfHistory(steps)[0]).toContain(fault);
});
