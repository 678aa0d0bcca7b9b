import type { AccountStatus } from '#libs/contracts/account';
import type { CommittedState } from '#libs/contracts/events';
import type { AccountEntry } from '#src/supervision/ports';

/** A moment to count from; any would do. Milliseconds since 1970. */
export const NOON = Date.UTC(2026, 0, 2, 12);

export function stateOf(status: AccountStatus, more: Partial<CommittedState> = {}): CommittedState {
  return {
    status,
    detail: `${status}.idle`,
    desired: 'CONNECTED',
    phone: null,
    reason: null,
    since: NOON,
    restarts: { count: 0, nextAttemptAt: null },
    ...more,
  };
}

/** An account's step number `seq`, with a snapshot that tells which one it was. */
export function entryOf(accountId: string, seq: number, more: Partial<AccountEntry> = {}): AccountEntry {
  const step = { from: seq === 1 ? null : 'DISCONNECTED.idle', to: 'CONNECTING.queued', event: 'account.connect' };
  return {
    accountId,
    epoch: 1,
    snapshot: { version: 1, step: seq },
    state: stateOf('CONNECTING', { since: NOON + seq }),
    enteredAt: NOON + seq,
    transitions: [{ seq, at: NOON + seq, ...step, cause: null, incarnation: 1, heldMs: 5, input: {} }],
    ...more,
  };
}
