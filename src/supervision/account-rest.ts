import { type AccountSnapshot, stateOf } from '#libs/account/account.snapshot';
import type { Clock } from './ports.js';
import { createSignal, type Signal } from './signal.js';

/** No session exists any more, and nothing is to be done for the account. */
export const isRest = (snapshot: AccountSnapshot): boolean =>
  (stateOf(snapshot) === 'DISCONNECTED.idle' || stateOf(snapshot) === 'FAILED.idle') &&
  snapshot.context.login !== 'discarding';

/** Those who wait until an account rests. */
export class RestWaits {
  /** Made for the first who waits: there are thousands of accounts, and few are released. */
  private waiting: Set<Signal<true>> | null = null;

  /** False when it does not come to that in time, or is called off. */
  async until(clock: Clock, waitMsMax: number): Promise<boolean> {
    const rest = createSignal<true>(clock, waitMsMax);
    const waiting = (this.waiting ??= new Set());
    waiting.add(rest);
    const came = await rest.promise;
    waiting.delete(rest);
    return came === true;
  }

  reached(): void {
    for (const rest of this.waiting ?? []) rest.give(true);
  }

  callOff(): void {
    for (const rest of this.waiting ?? []) rest.cancel();
  }
}
