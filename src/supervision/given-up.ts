import { describeAccount, givenUp, revive, stateOf, store } from '#libs/account/account.snapshot';
import type { AccountEntry, OwnedAccount } from './ports.js';

/** The last step of an account whose actor broke too often: no machine makes it, so it is written for it. */
export function givenUpEntry({ accountId, epoch, ...stored }: OwnedAccount, at: number): AccountEntry {
  const before = revive(stored.snapshot, at).snapshot;
  const after = givenUp(before, at);
  const step = {
    seq: stored.transitionSeq + 1,
    at,
    from: stateOf(before),
    to: stateOf(after),
    event: 'actor.gave_up',
    cause: 'actor_failed',
    incarnation: after.context.incarnation,
    heldMs: Math.max(0, at - stored.enteredAt),
  };
  const state = describeAccount(after);
  return { accountId, epoch, snapshot: store(after), state, enteredAt: at, transitions: [step] };
}
