import type { StoredAccount } from '#libs/account/account.snapshot';
import type { Brake } from '#libs/supervisor/brake';
import type { Down } from '#libs/supervisor/child-spec';
import { NO_RESTARTS, type RestartHistory } from '#libs/supervisor/restart-policy';
import type { Supervisor } from '#libs/supervisor/supervisor';
import type { DeadlineTimer } from '#src/supervision/actor/deadline-timer';
import { createLaunchQueue } from '#src/supervision/launch/launch-queue';
import type { LaunchGates } from '#src/supervision/launch/launch-gates';
import type { Bug } from './bug.js';
import { LAUNCH_PARALLEL_MAX, type RuntimeLife } from './runtime-life.js';

/** An end after which only a person may begin again is taken for a crash. */
export const restartOfNormalExit: Bug = {
  name: 'restart of a normal exit',
  breaks: 'normal exits rest',
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
export const deadlineLostOnRestore: Bug = {
  name: 'deadline lost on restore',
  breaks: 'I6',
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

/** Each session begins a new row of waits, though none of them held. */
export const backoffResetAtStart: Bug = {
  name: 'back-off reset at start',
  breaks: 'S7',
  infect: ({ accounts }) => {
    const sessions = Reflect.get(accounts, 'sessions') as Supervisor;
    const startChild = sessions.startChild.bind(sessions);
    sessions.startChild = (spec) => startChild({ ...spec, history: { ...(spec.history ?? NO_RESTARTS), attempt: 0 } });
  },
};

/** After a restart of the runtime, an account that crashed five times may crash five times more. */
export const intensityForgotten: Bug = {
  name: 'intensity forgotten over a restart of the process',
  breaks: 'I8',
  infect: (runtime) => adoptWith(runtime, (crashes) => ({ ...crashes, crashedAt: [] })),
};

/** After a restart of the runtime, an account that had its second try after a conflict has it again. */
export const conflictForgottenOnRestore: Bug = {
  name: 'conflict forgotten on restore',
  breaks: 'conflict',
  infect: ({ accounts }) => {
    const adopt = accounts.adopt.bind(accounts);
    const forgetful = (stored: StoredAccount | null): StoredAccount | null =>
      stored && { ...stored, context: { ...stored.context, onceMoreAfter: null } };
    accounts.adopt = (owned) =>
      adopt(owned.map((one) => ({ ...one, snapshot: forgetful(one.snapshot as StoredAccount | null) })));
  },
};

/** A replaced browser brings its account nearer to being given up. */
export const recycleCountedAsCrash: Bug = {
  name: 'recycle counted as a crash',
  breaks: 'recycle',
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

/** Many fall at once, and their restarts are held; nobody tries whether the cause is gone. */
export const brakeWithoutScouts: Bug = {
  name: 'brake without scouts',
  breaks: 'I7',
  infect: ({ accounts }) => {
    const gates = Reflect.get(accounts, 'gates') as LaunchGates;
    Reflect.set(gates.of('simulated'), 'turn', () => undefined);
  },
};

/** A launch keeps its slot for ever, also when it is over: the queue stands as soon as all are taken. */
export const launchSlotKept: Bug = {
  name: 'launch slot never returned',
  breaks: 'I7',
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

function adoptWith({ accounts }: RuntimeLife, change: (crashes: RestartHistory) => RestartHistory): void {
  const adopt = accounts.adopt.bind(accounts);
  const changed = (stored: StoredAccount | null): StoredAccount | null =>
    stored && { ...stored, context: { ...stored.context, crashes: change(stored.context.crashes) } };
  accounts.adopt = (owned) =>
    adopt(owned.map((one) => ({ ...one, snapshot: changed(one.snapshot as StoredAccount | null) })));
}
