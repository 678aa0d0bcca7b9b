import type { DesiredStatus } from '#libs/contracts/account';
import {
  AUTHENTICATION_DEADLINE_MS,
  BACKOFF_RESET_AFTER_MS,
  CLOSE_DEADLINE_MS,
  CONFLICT_WAIT_MS,
  DEGRADED_DEADLINE_MS,
  KILL_DEADLINE_MS,
  LAUNCH_DEADLINE_MS,
  LAUNCH_QUEUE_WAIT_MS_MAX,
  PROVIDER_TIMEOUT_DEADLINE_MS,
  QR_SCAN_DEADLINE_MS,
} from '#libs/contracts/limits/sessions';
import type { ReasonCode } from '#libs/contracts/reasons';
import type { DeadlineName, RestartMemory } from './account.events.js';

/**
 * All that an account remembers. Plain JSON, persisted with every step; nobody's credentials are ever in it.
 * Times are milliseconds since 1970.
 */
export interface AccountContext {
  /** What a person wants; a shutdown never changes it. */
  readonly desired: DesiredStatus;
  /** `discarding`: no longer valid, still to be moved aside once no session uses it. */
  readonly login: 'none' | 'saved' | 'discarding';
  /**
   * What the provider's list of devices has of us, as far as we know. `linked`: it accepted the login. `left`: a logout gave
   * that login up here, and the provider has not been heard to end it; so it is from the order on, whatever dies on the way.
   */
  readonly device: 'none' | 'linked' | 'left';
  readonly phone: string | null;
  /** Number of the present or last session. */
  readonly incarnation: number;
  /** A person at hand may scan a QR code; a session the supervisor started must find its saved login valid. */
  readonly launchedBy: 'person' | 'supervisor';
  /** The QR code on show: its number and when the next one replaces it. */
  readonly pairing: { readonly attempt: number; readonly expiresAt: number } | null;
  /** How the session is being closed: a logout also ends the login on the provider's side. */
  readonly goodbye: 'close' | 'logout';
  /** Why the session is being closed; judged once it is down. Null: a person asked for a fresh session. */
  readonly ending: { readonly code: ReasonCode; readonly detail: string | null } | null;
  /** What the account shows: why it rests, or why it is being restarted. */
  readonly reason: { readonly code: ReasonCode; readonly at: number; readonly detail: string | null } | null;
  /** What keeps the present session from the provider, by its own word: why it ends if nothing changes in time. */
  readonly outage: ReasonCode | null;
  /**
   * The end that may have been in passing, after which one session more was granted: the same end again is final. A person
   * makes it forgotten, and so does a connection that holds.
   */
  readonly onceMoreAfter: ReasonCode | null;
  /** The one wait that is running. Absolute, because timers don't survive a restart of the process. */
  readonly deadline: { readonly name: DeadlineName; readonly at: number } | null;
  readonly crashes: RestartMemory;
  /** Automatic restarts since a person last connected it. */
  readonly restartCount: number;
  /** When the present or last session became CONNECTED; null when it never did. */
  readonly healthySince: number | null;
  /** When the present status was entered. */
  readonly since: number;
}

/**
 * Milliseconds each waiting state may last; `backoff` is not among them, the supervisor's verdict gives its end.
 * `providerTimeout`: degraded, when it is the provider that does not answer. `conflictWait`: before the one session more
 * after an end that may be in passing. `holds`: a connection that lasts so long forgives what was before it.
 */
export type AccountDeadlines = Readonly<
  Record<Exclude<DeadlineName, 'backoff'> | 'providerTimeout' | 'conflictWait' | 'holds', number>
>;

export const ACCOUNT_DEADLINES: AccountDeadlines = {
  queue: LAUNCH_QUEUE_WAIT_MS_MAX,
  launch: LAUNCH_DEADLINE_MS,
  scan: QR_SCAN_DEADLINE_MS,
  authentication: AUTHENTICATION_DEADLINE_MS,
  degraded: DEGRADED_DEADLINE_MS,
  providerTimeout: PROVIDER_TIMEOUT_DEADLINE_MS,
  conflictWait: CONFLICT_WAIT_MS,
  holds: BACKOFF_RESET_AFTER_MS,
  close: CLOSE_DEADLINE_MS,
  kill: KILL_DEADLINE_MS,
};

export const NO_CRASHES: RestartMemory = { crashedAt: [], attempt: 0 };

export function newAccountContext(at: number): AccountContext {
  return {
    desired: 'DISCONNECTED',
    login: 'none',
    device: 'none',
    phone: null,
    incarnation: 0,
    launchedBy: 'person',
    pairing: null,
    goodbye: 'close',
    ending: null,
    reason: null,
    outage: null,
    onceMoreAfter: null,
    deadline: null,
    crashes: NO_CRASHES,
    restartCount: 0,
    healthySince: null,
    since: at,
  };
}
