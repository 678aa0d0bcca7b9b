import { MEDIA_DOWNLOAD_MS_MAX, MEDIA_SEND_MS_MAX } from '#libs/contracts/limits/media';
import { CATCH_UP_ANSWER_MS_MAX } from '#libs/contracts/limits/messages';
import { SESSION_ANSWER_MS_MAX } from '#libs/contracts/limits/sessions';
import type { ReasonCode } from '#libs/contracts/reasons';
import { REASONS } from '#libs/contracts/reasons';
import {
  type DriverFact,
  isLastFact,
  type SessionAnswer,
  type SessionOpening,
  type SessionOrderName,
  type SessionOrders,
} from '#libs/contracts/session';
import type { Driver } from '#libs/drivers/driver';
import type { RunningChild } from '#libs/supervisor/child-spec';
import type { Exit } from '#libs/supervisor/exit';
import type { Clock } from '../ports.js';

/** The supervised child of an account: one life of its connection, from `open` until every resource is gone. */
export interface AccountSession extends RunningChild {
  readonly incarnation: number;
  /** Never rejects, and never takes longer than SESSION_ANSWER_MS_MAX, or what its file may take. */
  ask<Name extends SessionOrderName>(
    name: Name,
    ask: SessionOrders[Name]['ask'],
  ): Promise<SessionAnswer<SessionOrders[Name]['answer']>>;
  /** Asks it to end; a logout ends the login on the provider's side first. Each is asked once. */
  close(goodbye: 'close' | 'logout'): void;
}

export interface SessionWorld {
  readonly driver: Driver;
  readonly clock: Clock;
  /** All facts but the last. */
  readonly onFact: (fact: DriverFact) => void;
  /** Why the account is closing this session, if it is: that is the reason of the end, whatever the driver says. */
  readonly endingCode: () => ReasonCode | null;
}

export function openAccountSession(opening: SessionOpening, world: SessionWorld): AccountSession {
  let tellExit: (exit: Exit) => void = () => undefined;
  const exited = new Promise<Exit>((resolve) => (tellExit = resolve));
  let over = false;
  const asked = { close: false, logout: false, kill: false };

  const end = (code: ReasonCode, detail?: string): void => {
    if (over) return;
    over = true;
    tellExit(exitOf(world.endingCode() ?? code, detail));
  };
  const session = world.driver.open(opening, (fact) => {
    if (over) return;
    if (!isLastFact(fact)) return world.onFact(fact);
    if (fact.type === 'driver.dropped') end(fact.reason, fact.detail);
    // Closed without being asked: its host went away under it, perhaps while this process was frozen. Nobody wished that.
    else if (asked.close || asked.logout || asked.kill) end('stopped');
    else end('engine_gone', 'the session closed without being asked');
  });

  const ask: AccountSession['ask'] = (name, question) =>
    over
      ? Promise.resolve({ ok: false, why: 'gone', detail: 'the session is over' })
      : withinLimit(session.ask(name, question), limitOf(name, question), world.clock);
  const close = (goodbye: 'close' | 'logout'): void => {
    if (asked[goodbye] || over) return;
    asked[goodbye] = true;
    // Its answer is the last fact; the account's close deadline bounds the wait.
    void session.ask(goodbye, {}).then(({ ok }) => {
      if (!ok && goodbye === 'logout') close('close'); // what can't be logged out must still be closed
    });
  };

  return {
    incarnation: opening.incarnation,
    exited,
    ask,
    close,
    stop: () => close('close'),
    async kill() {
      asked.kill = true;
      await session.kill();
      end('close_timeout');
    },
  };
}

const exitOf = (code: ReasonCode, detail?: string): Exit => ({
  reason: code,
  class: REASONS[code].class,
  ...(detail === undefined ? {} : { detail }),
});

/** What passes a whole file through a page takes its time. */
function limitOf<Name extends SessionOrderName>(name: Name, ask: SessionOrders[Name]['ask']): number {
  if (name === 'fetchMedia') return MEDIA_DOWNLOAD_MS_MAX;
  if (name === 'catchUp') return CATCH_UP_ANSWER_MS_MAX;
  if (name === 'send' && 'content' in ask && 'media' in ask.content) return MEDIA_SEND_MS_MAX;
  return SESSION_ANSWER_MS_MAX;
}

function withinLimit<T>(answer: Promise<SessionAnswer<T>>, limitMs: number, clock: Clock): Promise<SessionAnswer<T>> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(() => {
      resolve({ ok: false, why: 'unanswered', detail: `no answer within ${limitMs} ms` });
    }, limitMs);
    const done = (value: SessionAnswer<T>): void => {
      clock.clearTimeout(timer);
      resolve(value);
    };
    answer.then(done, (error: unknown) => done({ ok: false, why: 'gone', detail: String(error) }));
  });
}
