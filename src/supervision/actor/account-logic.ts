import { type Actor, createActor } from 'xstate';
import type { AccountDeadlines } from '#libs/account/account.context';
import type { AccountContext } from '#libs/account/account.context';
import type { AccountEvent } from '#libs/account/account.events';
import { type AccountMachine, makeAccountMachine } from '#libs/account/account.machine';
import { limitsOf } from '#libs/account/account.record';
import { ACCOUNT_ORDERS, type AccountOrder } from '#libs/account/account.setup';
import type { AccountSnapshot } from '#libs/account/account.snapshot';

/** An order of the machine, with what was true when it was given. It is carried out after the commit. */
export interface IssuedOrder {
  readonly name: AccountOrder;
  readonly context: AccountContext;
}

export interface AccountStep {
  readonly snapshot: AccountSnapshot;
  readonly orders: readonly IssuedOrder[];
}

export interface AccountLogic {
  /** Those of its deadlines that are not the default, or null. */
  readonly limits: Partial<AccountDeadlines> | null;
  start(snapshot: AccountSnapshot): AccountActor;
}

export interface AccountActor {
  snapshot(): AccountSnapshot;
  /** Takes one event through the machine, whole. A snapshot with status `error` says that it broke on the way: nothing of it holds. */
  step(event: AccountEvent): AccountStep;
  stop(): void;
}

/**
 * The one seam where the machine meets the world: its orders are collected, not carried out. One provided machine
 * serves all accounts of the process (a machine of its own for each would cost 100 kB an account); that is safe
 * because a step never waits.
 */
export function createAccountLogic(deadlines: AccountDeadlines): AccountLogic {
  let collected: IssuedOrder[] = [];
  const collect = (name: AccountOrder) => {
    return ({ context }: { context: AccountContext }): void => void collected.push({ name, context });
  };
  const actions = Object.fromEntries(ACCOUNT_ORDERS.map((name) => [name, collect(name)]));
  const machine: AccountMachine = makeAccountMachine(deadlines).provide({
    actions: actions,
  });

  return {
    limits: limitsOf(deadlines),
    start(snapshot) {
      const actor: Actor<AccountMachine> = createActor(machine, { snapshot, input: { at: snapshot.context.since } });
      // Whoever steps sees the error in the snapshot. Without an observer it would end the process, too.
      actor.subscribe({ error: () => undefined });
      actor.start();
      return {
        snapshot: () => actor.getSnapshot(),
        step(event) {
          collected = [];
          actor.send(event);
          return { snapshot: actor.getSnapshot(), orders: collected };
        },
        stop: () => void actor.stop(),
      };
    },
  };
}
