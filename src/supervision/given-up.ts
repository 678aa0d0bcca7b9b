import { inputWithoutMachine } from '#libs/account/account.record';
import { describeAccount, givenUp, revive, stateOf, store } from '#libs/account/account.snapshot';
import { DISCARD_LOGIN_MS_MAX } from '#libs/contracts/limits/runtime';
import type { Driver } from '#libs/drivers/driver';
import { warnOfLeftLogin } from './left-login.js';
import type { AccountEntry, Clock, OwnedAccount, SupervisionLog } from './ports.js';
import { createSignal } from './signal.js';

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
    input: inputWithoutMachine(before),
  };
  const state = describeAccount(after);
  return { accountId, epoch, snapshot: store(after, []), state, enteredAt: at, transitions: [step] };
}

/** An account without an actor; its login is on the disk all the same. */
export interface GivenUpAccount {
  readonly driver: Driver;
  readonly isLinked: boolean;
  /** When it was given up, milliseconds since 1970. */
  readonly at: number;
  readonly incarnation: number;
}

export function givenUpAccount(driver: Driver, { snapshot }: OwnedAccount, now: number): GivenUpAccount {
  const { device, incarnation } = revive(snapshot, now).snapshot.context;
  return { driver, isLinked: device !== 'none', at: now, incarnation };
}

/** It has no actor that would do it when it is deleted. False when the login could not be moved aside, or not in time. */
export async function discardLoginOf(
  accountId: string,
  { driver, isLinked }: GivenUpAccount,
  { clock, log }: { readonly clock: Clock; readonly log: SupervisionLog },
): Promise<boolean> {
  const done = createSignal<boolean>(clock, DISCARD_LOGIN_MS_MAX);
  driver.discardLogin(accountId).then(
    () => done.give(true),
    (err: unknown) => {
      log.error({ err, accountId }, 'the login of a deleted account could not be moved aside; it is tried again');
      done.give(false);
    },
  );
  const isDone = (await done.promise) === true;
  if (isDone && isLinked) warnOfLeftLogin(log, accountId);
  return isDone;
}
