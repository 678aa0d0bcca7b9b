import { createActor } from 'xstate';
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
 * The one seam where the machine meets the world: its orders are collected, not carried out. One provided machine serves
 * all accounts of the process, and one scope for its steps: a machine of its own for each account would cost 100 kB an
 * account, an actor of XState 5 kB. That is safe because a step never waits, and the machine has no children, timers or
 * messages of its own; whatever else it did would be lost here.
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
  const scope = scopeOf(machine);
  const take = (snapshot: AccountSnapshot, event: AccountEvent): AccountStep => {
    collected = [];
    return { snapshot: nextOf(machine, scope, snapshot, event), orders: collected };
  };
  return {
    limits: limitsOf(deadlines),
    start: (snapshot) => new SteppedAccount(machine.restoreSnapshot(snapshot, scope), take),
  };
}

type StepScope = Parameters<AccountMachine['transition']>[2];

class SteppedAccount implements AccountActor {
  private isStopped = false;

  constructor(
    private current: AccountSnapshot,
    private readonly take: (snapshot: AccountSnapshot, event: AccountEvent) => AccountStep,
  ) {}

  snapshot(): AccountSnapshot {
    return this.current;
  }

  step(event: AccountEvent): AccountStep {
    if (this.isStopped || this.current.status !== 'active') return { snapshot: this.current, orders: [] };
    const step = this.take(this.current, event);
    this.current = step.snapshot;
    return step;
  }

  stop(): void {
    this.isStopped = true;
  }
}

function nextOf(
  machine: AccountMachine,
  scope: StepScope,
  snapshot: AccountSnapshot,
  event: AccountEvent,
): AccountSnapshot {
  try {
    return machine.transition(snapshot, event, scope);
  } catch (error) {
    // As XState's own actor says it.
    return { ...snapshot, status: 'error', error } as unknown as AccountSnapshot;
  }
}

/** What XState's actor would give the machine, without an actor for each account. */
function scopeOf(machine: AccountMachine): StepScope {
  const self = createActor(machine, { input: { at: 0 } });
  const { id, sessionId, system } = self;
  const none = (): void => undefined;
  const actionExecutor: StepScope['actionExecutor'] = (action) => action.exec?.(action.info, action.params);
  return { self, id, sessionId, system, logger: none, defer: none, emit: none, stopChild: none, actionExecutor };
}
