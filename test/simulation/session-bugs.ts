import type { ChildSpec, RunningChild } from '#libs/supervisor/child-spec';
import type { Exit } from '#libs/supervisor/exit';
import type { Supervisor } from '#libs/supervisor/supervisor';
import type { AccountSession } from '#src/supervision/session/account-session';
import type { Bug } from './bug.js';
import type { RuntimeLife } from './runtime-life.js';

/** A session counts as closed when it is asked to close. */
export const cleanupNotAwaited: Bug = {
  name: 'cleanup not awaited',
  breaks: 'I5',
  infect: (runtime) =>
    changeSessions(runtime, (session) => {
      const close = session.close.bind(session);
      let tell: (exit: Exit) => void = () => undefined;
      const asked = new Promise<Exit>((resolve) => (tell = resolve));
      return Object.assign(session, {
        exited: Promise.race([session.exited, asked]),
        close: (goodbye: 'close' | 'logout') => {
          close(goodbye);
          tell({ reason: 'stopped', class: 'normal' });
        },
      });
    }),
};

/** A session is ended by force at once. */
export const killBeforeClose: Bug = {
  name: 'kill before close',
  breaks: 'S9',
  infect: (runtime) =>
    changeSessions(runtime, (session) => Object.assign(session, { close: () => void session.kill() })),
};

/** A second child is started under the id of one that lives. */
export const duplicateChildId: Bug = {
  name: 'duplicate child id',
  breaks: 'I1',
  infect: ({ accounts }) => {
    const sessions = Reflect.get(accounts, 'sessions') as Supervisor;
    const slots = Reflect.get(sessions, 'slots') as Map<string, unknown>;
    const startChild = sessions.startChild.bind(sessions);
    sessions.startChild = (spec) => {
      slots.delete(spec.id);
      return startChild(spec);
    };
  },
};

/** The crash of one session ends all. */
export const oneCrashTakesAll: Bug = {
  name: 'one crash takes all',
  breaks: 'I9',
  infect: ({ accounts }) => {
    const sessions = Reflect.get(accounts, 'sessions') as Supervisor;
    changeSpecs(sessions, (spec) => ({
      ...spec,
      onDown: (down) => {
        spec.onDown?.(down);
        if (down.exit.class === 'crash') for (const other of sessions.children()) sessions.askToStop(other);
      },
    }));
  },
};

function changeSessions({ accounts }: RuntimeLife, change: (session: AccountSession) => RunningChild): void {
  changeSpecs(Reflect.get(accounts, 'sessions') as Supervisor, (spec) => ({
    ...spec,
    start: (ref) => change(spec.start(ref) as AccountSession),
  }));
}

function changeSpecs(sessions: Supervisor, change: (spec: ChildSpec) => ChildSpec): void {
  const startChild = sessions.startChild.bind(sessions);
  sessions.startChild = (spec) => startChild(change(spec));
}
