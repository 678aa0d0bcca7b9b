import type { CommittedState } from '#libs/contracts/events';

/** The last committed state of every account of this node, in memory: health and metrics read it without the store. */
export interface CommittedStates {
  entries(): Iterable<readonly [accountId: string, state: CommittedState]>;
  get(accountId: string): CommittedState | undefined;
}
export const COMMITTED_STATES = Symbol('CommittedStates');

export function countConnected(states: CommittedStates): number {
  let connected = 0;
  for (const [, { status }] of states.entries()) if (status === 'CONNECTED') connected += 1;
  return connected;
}
