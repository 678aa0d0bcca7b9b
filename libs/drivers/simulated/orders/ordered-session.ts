import type { SessionAnswer, SessionOrderName, SessionOrders, SessionRefusal } from '#libs/contracts/session';
import type { SimulatedSettings } from '#libs/contracts/simulated-settings';
import type { LiveSession } from '../live-session.js';
import type { SimulatedProvider } from '../simulated.provider.js';

/** What the orders use of a session. */
export interface OrderedSession extends LiveSession {
  readonly provider: SimulatedProvider;
  readonly settings: SimulatedSettings;
  readonly phone: string | null;
  showsCode(): boolean;
  closeSoon(): void;
  logOutSoon(): void;
  after(afterMs: number, run: () => void): void;
  stretched(waitMs: number): number;
}

export type Answer<Name extends SessionOrderName> = SessionAnswer<SessionOrders[Name]['answer']>;
type Order<Name extends SessionOrderName> = (
  session: OrderedSession,
  ask: SessionOrders[Name]['ask'],
) => Answer<Name> | Promise<Answer<Name>>;
export type Orders = { readonly [Name in SessionOrderName]: Order<Name> };

/** Carries an order out only while the session is connected. */
export function whenReady<Name extends SessionOrderName>(order: Order<Name>): Order<Name> {
  return (session, ask) => (session.isReady() ? order(session, ask) : no('not_ready', 'not connected'));
}

export function yes<T>(value: T): SessionAnswer<T> {
  return { ok: true, value };
}

export function no(
  why: SessionRefusal,
  detail: string,
): { readonly ok: false; readonly why: SessionRefusal; readonly detail: string } {
  return { ok: false, why, detail };
}
