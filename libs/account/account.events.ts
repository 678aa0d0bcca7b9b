import type { ReasonCode } from '#libs/contracts/reasons';
import type { LaunchWait } from '#libs/contracts/session';

/**
 * Every event carries its time: the machine is pure, so it never asks a clock, and a recorded history replays exactly.
 * `at` is milliseconds since 1970.
 */
interface Timed {
  readonly at: number;
}

/** From outside, imperative. `restore`, `settle` and `recycle` come from the runtime, the others from people and services. */
export type AccountCommand =
  | ({ readonly type: 'account.connect' } & Timed)
  | ({ readonly type: 'account.disconnect' } & Timed)
  | ({ readonly type: 'account.restart' } & Timed)
  | ({ readonly type: 'account.logout' } & Timed)
  | ({ readonly type: 'account.restore' } & Timed)
  /** Its browser has grown too large, and nothing is under way: a fresh session, of which nobody need know. */
  | ({ readonly type: 'account.recycle' } & Timed)
  /** The runtime started and found a half-way state that no session stands behind. */
  | ({ readonly type: 'account.settle' } & Timed);

/** From the session, past tense. QR payloads and pairing codes stay outside: only their number and expiry come in. */
export type SessionFact =
  | ({ readonly type: 'driver.qr'; readonly attempt: number; readonly expiresAt: number } & Timed)
  /** The launch costs no CPU any more: it waits. */
  | ({ readonly type: 'driver.waiting'; readonly on: LaunchWait } & Timed)
  | ({ readonly type: 'driver.scanned' } & Timed)
  | ({ readonly type: 'driver.ready'; readonly phone: string | null } & Timed)
  /** The page answered a probe. */
  | ({ readonly type: 'driver.probed'; readonly phone: string | null } & Timed)
  | ({ readonly type: 'driver.degraded'; readonly reason: ReasonCode; readonly detail?: string } & Timed)
  /** The provider has ended the login as it was asked to; `session.down` follows. */
  | ({ readonly type: 'driver.logged-out' } & Timed)
  /** Unusable, and being closed by the driver itself; `session.down` follows. */
  | ({ readonly type: 'driver.broken'; readonly reason: ReasonCode; readonly detail?: string } & Timed);

/** What the supervisor remembers of an account's crashes; it lives in the context so that it outlives the process. */
export interface RestartMemory {
  readonly crashedAt: readonly number[];
  readonly attempt: number;
}

/** The supervisor's word on an ended session: the machine shows it and waits it out. */
export type SessionVerdict =
  | { readonly do: 'restart'; readonly at: number; readonly history: RestartMemory }
  | { readonly do: 'give_up' | 'rest'; readonly history: RestartMemory };

export type SupervisionEvent =
  | ({ readonly type: 'launch.granted' } & Timed)
  /** The session is over and every resource of it is gone. */
  | ({
      readonly type: 'session.down';
      readonly reason: ReasonCode;
      readonly detail?: string;
      readonly verdict: SessionVerdict;
    } & Timed)
  /** The saved login was moved aside. */
  | ({ readonly type: 'login.discarded' } & Timed)
  /** The deadline that the context names has passed. */
  | ({ readonly type: `deadline.${DeadlineName}` } & Timed);

/** One name per wait. `backoff` ends in a new try, every other one in an orderly retreat. */
export type DeadlineName = 'queue' | 'launch' | 'scan' | 'authentication' | 'degraded' | 'backoff' | 'close' | 'kill';

export type AccountEvent = AccountCommand | SessionFact | SupervisionEvent;
