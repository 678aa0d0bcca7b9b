import type { Provider } from '#libs/contracts/account';
import type { FromEngine, ToEngine } from '#libs/contracts/engine-ipc';
import { isLastFact, type SessionAnswer } from '#libs/contracts/session';
import type { Driver, DriverSession } from '#libs/drivers/driver';

type Order<Kind extends ToEngine['kind']> = Extract<ToEngine, { kind: Kind }>;

export interface HostedSessions {
  open(order: Order<'open'>): void;
  ask(order: Order<'ask'>): Promise<void>;
  kill(order: Order<'kill'>): Promise<void>;
  discardLogin(order: Order<'discard-login'>): Promise<void>;
  /**
   * Asks all to close, kills what is left after `askMs` or as soon as it is hurried; resolves when every session is over and
   * the drivers are closed.
   */
  closeAll(askMs: number, hurry: AbortSignal): Promise<void>;
}

/** The sessions of this host by their names; says each of their words to the runtime. */
export function createHostedSessions(
  drivers: ReadonlyMap<Provider, Driver>,
  send: (message: FromEngine) => void,
): HostedSessions {
  const sessions = new Map<string, DriverSession>();
  const ended = new Set<() => void>();
  const answer = (question: number, it: SessionAnswer<unknown>): void => send({ kind: 'answer', question, answer: it });

  return {
    open({ session, provider, opening }) {
      if (sessions.has(session)) return send({ kind: 'log', level: 'error', text: `${session} is open already` });
      const driver = drivers.get(provider);
      if (!driver) {
        const detail = `this host has no driver for ${provider}`;
        return send({ kind: 'fact', session, fact: { type: 'driver.dropped', reason: 'driver_error', detail } });
      }
      let over = false;
      const opened = driver.open(opening, (fact) => {
        if (isLastFact(fact)) {
          over = true;
          sessions.delete(session);
        }
        send({ kind: 'fact', session, fact });
        if (over) for (const tell of ended) tell();
      });
      if (!over) sessions.set(session, opened);
    },

    async ask({ session, question, name, ask }) {
      const open = sessions.get(session);
      // The runtime speaks through the typed port, so `ask` has the shape that `name` wants.
      answer(question, open ? await open.ask(name, ask as never) : GONE);
    },

    async kill({ session, question }) {
      try {
        await sessions.get(session)?.kill();
        answer(question, { ok: true, value: {} });
      } catch (error) {
        // Something of it survived. That is this account's trouble: the runtime tries from outside.
        answer(question, { ok: false, why: 'rejected', detail: String(error) });
      }
    },

    async discardLogin({ provider, accountId, question }) {
      try {
        await drivers.get(provider)?.discardLogin(accountId);
        answer(question, { ok: true, value: {} });
      } catch (error) {
        answer(question, { ok: false, why: 'rejected', detail: String(error) });
      }
    },

    async closeAll(askMs, hurry) {
      for (const session of sessions.values()) void session.ask('close', {});
      await allEnded(sessions, ended, askMs, hurry);
      const kills = await Promise.allSettled([...sessions.values()].map((session) => session.kill()));
      const failed = kills.find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
      await Promise.all([...drivers.values()].map((driver) => driver.close()));
    },
  };
}

const GONE = { ok: false, why: 'gone', detail: 'the session is over' } as const;

function allEnded(
  sessions: ReadonlyMap<string, unknown>,
  ended: Set<() => void>,
  limitMs: number,
  hurry: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      hurry.removeEventListener('abort', done);
      ended.delete(look);
      resolve();
    };
    const look = (): void => {
      if (sessions.size === 0) done();
    };
    const timer = setTimeout(done, limitMs);
    hurry.addEventListener('abort', done);
    ended.add(look);
    look();
  });
}
