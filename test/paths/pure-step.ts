import { type ActorScope, createActor } from 'xstate';
import type { AccountEvent } from '#libs/account/account.events';
import { accountMachine } from '#libs/account/account.machine';
import type { AccountSnapshot } from '#libs/account/account.snapshot';

const actor = createActor(accountMachine, { input: { at: 0 } });
const orders: string[] = [];

/** What `transition` of xstate gives it is an actor of its own each time, which is most of its cost. */
const scope = {
  self: actor,
  system: actor.system,
  id: '',
  sessionId: '',
  logger: () => undefined,
  defer: () => undefined,
  stopChild: () => undefined,
  emit: () => undefined,
  actionExecutor: ({ type }: { readonly type: string }) => void orders.push(type),
} as unknown as ActorScope<never, never>;

/** One event through the machine: where it stands then, and the orders that it gave. */
export function pureStep(account: AccountSnapshot, event: AccountEvent): [AccountSnapshot, readonly string[]] {
  orders.length = 0;
  const next = accountMachine.transition(account, event, scope as never);
  return [next, [...orders]];
}
