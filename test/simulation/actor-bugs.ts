import { MAILBOX_MAX } from '#libs/contracts/limits/runtime';
import type { Quarantine } from '#libs/supervisor/quarantine';
import type { Supervisor } from '#libs/supervisor/supervisor';
import type { AccountActor, AccountLogic } from '#src/supervision/actor/account-logic';
import type { Bug } from './bug.js';
import { mailboxOf } from './watches/bounds-watch.js';

/** An actor breaks on an action that throws, and the session below it goes on without anybody above it. */
export const orphanedChildren: Bug = {
  name: 'children orphaned by a throwing action',
  breaks: 'I5',
  infect: ({ accounts }) => {
    const sessions = Reflect.get(accounts, 'sessions') as Supervisor;
    sessions.stopChild = () => Promise.resolve(null);
  },
};

/** What is left of a machine that threw is taken for its state, and stored; it moves no more. */
export const erroredSnapshotKept: Bug = {
  name: 'snapshot of an errored actor persisted',
  breaks: 'I12',
  infect: ({ accounts }) => {
    const shared = Reflect.get(accounts, 'shared') as { logic: AccountLogic };
    const { logic } = shared;
    shared.logic = { ...logic, start: (snapshot) => blindToErrors(logic.start(snapshot)) };
  },
};

/** Mail is taken in without end while nobody reads it. */
export const unboundedMailbox: Bug = {
  name: 'unbounded mailbox',
  breaks: 'S15',
  infect: (runtime) => {
    const { accounts } = runtime;
    const adopt = accounts.adopt.bind(accounts);
    accounts.adopt = (owned) => {
      const left = adopt(owned);
      for (const { accountId } of owned) {
        const options = Reflect.get(mailboxOf(runtime, accountId)!, 'options') as { max: number };
        options.max = MAILBOX_MAX * MAILBOX_MAX;
      }
      return left;
    };
  },
};

/** What broke its actor again and again is given to it all the same. */
export const quarantineNotApplied: Bug = {
  name: 'quarantine not applied',
  breaks: 'S19',
  infect: ({ accounts }) => {
    const { quarantine } = Reflect.get(accounts, 'shared') as { readonly quarantine: Quarantine };
    Object.assign(quarantine, { isQuarantined: () => false, struck: () => 'again' });
  },
};

function blindToErrors(actor: AccountActor): AccountActor {
  let broken: ReturnType<AccountActor['snapshot']> | null = null;
  return {
    snapshot: () => broken ?? actor.snapshot(),
    step: (event) => {
      if (broken) return { snapshot: broken, orders: [] };
      const step = actor.step(event);
      if (step.snapshot.status !== 'error') return step;
      broken = { ...step.snapshot, status: 'active' } as unknown as typeof broken;
      return { snapshot: broken!, orders: [] };
    },
    stop: () => actor.stop(),
  };
}
