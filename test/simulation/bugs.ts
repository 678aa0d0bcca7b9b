import type { StoredAccount } from '#libs/account/account.snapshot';
import type { Down } from '#libs/supervisor/child-spec';
import type { Brake } from '#libs/supervisor/brake';
import type { Quarantine } from '#libs/supervisor/quarantine';
import type { Supervisor } from '#libs/supervisor/supervisor';
import type { DeadlineTimer } from '#src/supervision/actor/deadline-timer';
import { createLaunchQueue } from '#src/supervision/launch/launch-queue';
import type { LaunchGates } from '#src/supervision/launch/launch-gates';
import type { OutboxSender } from '#src/supervision/messages/outbox-sender';
import type { Bug } from './bug.js';
import { catchUpFromNowOn, markedBeforeStored } from './inbox-bugs.js';
import { LAUNCH_PARALLEL_MAX } from './runtime-life.js';

/** A message that was claimed, and perhaps sent, is sent again as a new one, without a look-up. */
const blindResend: Bug = {
  name: 'blind resend',
  caughtBy: /^I3/,
  messages: (store) => {
    const first = new Map<string, { readonly id: string; readonly providerMessageId: string }>();
    const aliases = new Map<string, string>();
    let resends = 0;
    const idOf = (id: string): string => first.get(id)?.id ?? id;
    return {
      async pending(accountId, limit, heldChats) {
        const batch = await store.pending(accountId, limit, heldChats);
        return batch.map((message) => {
          if (message.providerMessageId === null) return message;
          const id = `${message.id}-again-${(resends += 1)}`;
          first.set(id, { id: message.id, providerMessageId: message.providerMessageId });
          return { ...message, id, status: 'queued' as const, providerMessageId: null };
        });
      },
      async claim(accountId, epoch, claims) {
        const asStored = claims.map((claim) => {
          const before = first.get(claim.messageId);
          if (before) aliases.set(claim.providerMessageId!, before.providerMessageId);
          return before ? { ...claim, messageId: before.id, providerMessageId: before.providerMessageId } : claim;
        });
        const claimed = await store.claim(accountId, epoch, asStored);
        return new Set(claims.flatMap(({ messageId }) => (claimed.has(idOf(messageId)) ? [messageId] : [])));
      },
      postpone: (accountId, epoch, id, until) => store.postpone(accountId, epoch, idOf(id), until),
      unreadSince: (accountId, after, limit) => store.unreadSince(accountId, after, limit),
      sentSince: (accountId, after) => store.sentSince(accountId, after),
      pauseIfStale: (accountId, epoch, before, at) => store.pauseIfStale(accountId, epoch, before, at),
      settle: (accountId, epoch, id, outcome) => store.settle(accountId, epoch, idOf(id), outcome),
      acknowledge: (accountId, epoch, acks) =>
        store.acknowledge(
          accountId,
          epoch,
          acks.map((ack) => ({
            ...ack,
            providerMessageId: aliases.get(ack.providerMessageId) ?? ack.providerMessageId,
          })),
        ),
    };
  },
};

/** An end after which only a person may begin again is taken for a crash. */
const restartOfNormalExit: Bug = {
  name: 'restart of a normal exit',
  caughtBy: /^normal exits rest/,
  infect: (runtime) => {
    const sessions = Reflect.get(runtime.accounts, 'sessions') as Supervisor;
    const startChild = sessions.startChild.bind(sessions);
    const wrong = (down: Down): Down =>
      down.exit.reason === 'blocked'
        ? { ...down, verdict: { do: 'restart', at: runtime.clock.now() + 1_000, history: down.verdict.history } }
        : down;
    sessions.startChild = (spec) => startChild({ ...spec, onDown: (down) => spec.onDown?.(wrong(down)) });
  },
};

/** After a restart of the runtime, the timer of a wait that was under way is not set again. */
const deadlineLostOnRestore: Bug = {
  name: 'deadline lost on restore',
  caughtBy: /^I6/,
  infect: ({ accounts }) => {
    const adopt = accounts.adopt.bind(accounts);
    accounts.adopt = (owned) => {
      const left = adopt(owned);
      for (const { accountId, snapshot } of owned) {
        const stored = (snapshot as StoredAccount | null)?.context.deadline;
        const timer = Reflect.get(
          Reflect.get(accounts.find(accountId)!, 'loop') as object,
          'deadline',
        ) as DeadlineTimer;
        const arm = timer.arm.bind(timer);
        timer.arm = (due) => arm(due && stored?.name === due.name && stored.at === due.at ? null : due);
      }
      return left;
    };
  },
};

/** The world is acted upon while the step that ordered it is still being written. */
const effectsBeforeTheCommit: Bug = {
  name: 'effects before the commit',
  caughtBy: /^I12/,
  infect: ({ recorder }) => {
    const record = recorder.record.bind(recorder);
    recorder.record = (entry) => {
      record(entry).catch(() => undefined);
      return Promise.resolve();
    };
  },
};

/** The store takes what an earlier life of the runtime still had under way when the next one took over. */
const staleEpochUnchecked: Bug = {
  name: 'stale epoch unchecked',
  caughtBy: /^I10/,
  infect: (_runtime, tables) => Object.assign(tables, { isStale: () => false }),
};

/** After a restart of the runtime, an account that had its second try after a conflict has it again. */
const conflictForgottenOnRestore: Bug = {
  name: 'conflict forgotten on restore',
  caughtBy: /^conflict/,
  infect: ({ accounts }) => {
    const adopt = accounts.adopt.bind(accounts);
    const forgetful = (stored: StoredAccount | null): StoredAccount | null =>
      stored && { ...stored, context: { ...stored.context, onceMoreAfter: null } };
    accounts.adopt = (owned) =>
      adopt(owned.map((one) => ({ ...one, snapshot: forgetful(one.snapshot as StoredAccount | null) })));
  },
};

/** A browser is replaced in the middle of a message. */
const recycleWithoutDraining: Bug = {
  name: 'recycle without draining',
  caughtBy: /^recycle/,
  infect: ({ accounts }) => {
    const adopt = accounts.adopt.bind(accounts);
    accounts.adopt = (owned) => {
      const left = adopt(owned);
      for (const { accountId } of owned) {
        const sender = Reflect.get(accounts.find(accountId)!, 'sender') as OutboxSender;
        sender.drain = () => Promise.resolve(true);
      }
      return left;
    };
  },
};

/** Once a browser was replaced, or could not be, the account sends nothing any more. */
const outboxLeftHeldBack: Bug = {
  name: 'outbox left held back after a recycle',
  caughtBy: /^I2/,
  infect: ({ accounts }) => {
    const adopt = accounts.adopt.bind(accounts);
    accounts.adopt = (owned) => {
      const left = adopt(owned);
      for (const { accountId } of owned) {
        const sender = Reflect.get(accounts.find(accountId)!, 'sender') as OutboxSender;
        sender.resume = () => undefined;
      }
      return left;
    };
  },
};

/** Many fall at once, and their restarts are held; nobody tries whether the cause is gone. */
const brakeWithoutScouts: Bug = {
  name: 'brake without scouts',
  caughtBy: /^I7/,
  infect: ({ accounts }) => {
    const gates = Reflect.get(accounts, 'gates') as LaunchGates;
    Reflect.set(gates.of('simulated'), 'turn', () => undefined);
  },
};

/** A launch keeps its slot for ever, also when it is over: the queue stands as soon as all are taken. */
const launchSlotKept: Bug = {
  name: 'launch slot never returned',
  caughtBy: /^I7/,
  infect: ({ accounts, clock }) => {
    const gate = (Reflect.get(accounts, 'gates') as LaunchGates).of('simulated');
    const restarts = Reflect.get(gate, 'restarts') as Map<string, unknown>;
    const brake = Reflect.get(gate, 'brake') as Brake;
    const kept = new Set<string>();
    const onGranted = (accountId: string): void => {
      kept.add(accountId);
      restarts.delete(accountId);
      brake.launched(accountId);
    };
    const neverFires = { ...clock, setTimeout: () => null };
    const queue = createLaunchQueue({ parallelMax: LAUNCH_PARALLEL_MAX, slotMsMax: 0, clock: neverFires, onGranted });
    const leave = (accountId: string): boolean => !kept.has(accountId) && queue.leave(accountId);
    Reflect.set(gate, 'queue', { ...queue, leave });
  },
};

/** What broke its actor again and again is given to it all the same. */
const quarantineNotApplied: Bug = {
  name: 'quarantine not applied',
  caughtBy: /^S19/,
  infect: ({ accounts }) => {
    const { quarantine } = Reflect.get(accounts, 'shared') as { readonly quarantine: Quarantine };
    Object.assign(quarantine, { isQuarantined: () => false, struck: () => 'again' });
  },
};

/** A replaced browser brings its account nearer to being given up. */
const recycleCountedAsCrash: Bug = {
  name: 'recycle counted as a crash',
  caughtBy: /^recycle/,
  infect: (runtime) => {
    const sessions = Reflect.get(runtime.accounts, 'sessions') as Supervisor;
    const startChild = sessions.startChild.bind(sessions);
    const wrong = ({ verdict, ...down }: Down): Down => {
      const { crashedAt, attempt } = verdict.history;
      const counted = { crashedAt: [...crashedAt, runtime.clock.now()], attempt: attempt + 1 };
      return { ...down, verdict: down.exit.reason === 'recycled' ? { ...verdict, history: counted } : verdict };
    };
    sessions.startChild = (spec) => startChild({ ...spec, onDown: (down) => spec.onDown?.(wrong(down)) });
  },
};

export const BUGS = [
  blindResend,
  restartOfNormalExit,
  deadlineLostOnRestore,
  effectsBeforeTheCommit,
  staleEpochUnchecked,
  conflictForgottenOnRestore,
  recycleWithoutDraining,
  outboxLeftHeldBack,
  brakeWithoutScouts,
  launchSlotKept,
  quarantineNotApplied,
  recycleCountedAsCrash,
  catchUpFromNowOn,
  markedBeforeStored,
] as const;
