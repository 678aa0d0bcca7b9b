import { transition } from 'xstate';
import type { AccountEvent, SessionVerdict } from '#libs/account/account.events';
import { accountMachine } from '#libs/account/account.machine';
import { type AccountSnapshot, describeAccount, revive, stateOf } from '#libs/account/account.snapshot';
import type { ReasonCode } from '#libs/contracts/reasons';

export const START = 1_000_000;
export type Untimed = AccountEvent extends infer E ? (E extends { at: number } ? Omit<E, 'at'> : never) : never;

/** Takes an account, a new one at first, through events, one every millisecond; tells the orders it gave on the way. */
export function story(
  events: readonly Untimed[],
  from: AccountSnapshot = revive(null, START).snapshot,
  begins: number = START,
) {
  const orders: string[] = [];
  let snapshot = from;
  events.forEach((event, step) => {
    const [next, actions] = transition(accountMachine, snapshot, { ...event, at: begins + step });
    snapshot = next;
    orders.push(...actions.map((action) => action.type).filter((type) => /Session$|^request|^discard/.test(type)));
  });
  return { snapshot, orders, state: stateOf(snapshot), context: snapshot.context, view: describeAccount(snapshot) };
}

export const history = { crashedAt: [], attempt: 0 };
export const restartAt = (at: number): SessionVerdict => ({
  do: 'restart',
  at,
  history: { crashedAt: [at], attempt: 1 },
});
export const down = (reason: ReasonCode, verdict: SessionVerdict = { do: 'rest', history }): Untimed => ({
  type: 'session.down',
  reason,
  verdict,
});
export const connect: Untimed = { type: 'account.connect' };
export const launched: Untimed[] = [connect, { type: 'launch.granted' }];
export const qr = (attempt: number): Untimed => ({ type: 'driver.qr', attempt, expiresAt: START + 60_000 });
export const ready: Untimed = { type: 'driver.ready', phone: '+380441234567' };
export const probed: Untimed = { type: 'driver.probed', phone: '+380441234567' };
export const paired: Untimed[] = [...launched, qr(1), { type: 'driver.scanned' }, ready, probed];
