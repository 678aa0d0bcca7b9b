/**
 * Limits of sessions: their start, their watch, their end, and what follows a crash.
 *
 * Every wait, queue, retry and size of Muster stands in this folder, with its unit in its name and the reason for the number.
 * Those that an operator may change carry the name of their environment variable in src/config/variables.ts.
 */

// Starting a session
/** An account may wait for a launch slot this long before it backs off: ten launches of a minute each ahead of it. */
export const LAUNCH_QUEUE_WAIT_MS_MAX = 600_000;
/** From the launch to the first sign of the provider (QR, scan, ready). A cold browser on a loaded machine takes 30 s. */
export const LAUNCH_DEADLINE_MS = 60_000;
/** A person needs time to find the phone; longer than this nobody is there. */
export const QR_SCAN_DEADLINE_MS = 300_000;
/** The provider itself stops after about six codes. */
export const QR_ATTEMPTS_MAX = 6;
/** A code is shown this long before the next one; the provider rotates about every 20 s, the first lives 60 s. */
export const QR_LIFETIME_MS = 60_000;
/** From the accepted login to a verified connection: a large account syncs for over a minute. */
export const AUTHENTICATION_DEADLINE_MS = 120_000;
/** A connected account may stay without its socket this long before its session is replaced. */
export const DEGRADED_DEADLINE_MS = 120_000;
/** The page itself says TIMEOUT: the provider does not answer it. Sends only seem to succeed then, so half of that. */
export const PROVIDER_TIMEOUT_DEADLINE_MS = 60_000;
/** After another place took the account over: long enough that two who restart by themselves don't fight. */
export const CONFLICT_WAIT_MS = 30_000;

// Watching a session
/** How often a connected page is asked for a sign of life. */
export const PROBE_EVERY_MS = 15_000;
/** Legal work in a page comes in tasks below this; a sign of life waits behind one of them. */
export const PROBE_ANSWER_MS_MAX = 5_000;
/** One missed probe may be a busy moment of the machine; two in a row are a page that hangs. */
export const PROBES_MISSED_MAX = 2;

// Closing a session
/** A browser flushes its profile within 5 s; twice that, and a slow disk. */
export const CLOSE_DEADLINE_MS = 15_000;
/**
 * No session is ended by force sooner after it was asked to close, also when the store held up that order past the close
 * deadline: this is what the flush takes. Force then has the other half of KILL_DEADLINE_MS.
 */
export const CLOSE_MS_MIN = 5_000;
/** From SIGKILL to a verified end: the kernel needs milliseconds, a swapped-out machine seconds. */
export const KILL_DEADLINE_MS = 10_000;
/** Half of it for the process that has the session; the other half is kept for force from outside, should that one hang. */
export const SESSION_KILL_MS_MAX = KILL_DEADLINE_MS / 2;
/**
 * The driver's own force on its browser gives up so much earlier that its word is still heard: a session that is told to be
 * over while its process holds the lock would find its profile in use at its next start.
 */
export const BROWSER_FORCE_MS_MAX = SESSION_KILL_MS_MAX - 1_000;
/** The whole runtime's graceful stop. Containers are usually killed after 30 s. */
export const SHUTDOWN_DEADLINE_MS = 25_000;

// Restarting
/** More crashes than this inside the window and the account waits for a person. */
export const RESTARTS_MAX = 5;
export const RESTART_WINDOW_MS = 600_000;
export const BACKOFF_FIRST_MS = 1_000;
export const BACKOFF_MS_MAX = 60_000;
/** Share of the back-off added at random, so that accounts that fell together don't rise together. */
export const BACKOFF_JITTER_MAX = 0.2;
/** Connected at least this long counts as healthy again: the next back-off starts from the first step. */
export const BACKOFF_RESET_AFTER_MS = 120_000;

/** An account's own actor may fail (a bug of ours) this often in ACTOR_WINDOW_MS before it is left down. */
export const ACTOR_RESTARTS_MAX = 3;
export const ACTOR_WINDOW_MS = 60_000;
/** A message that broke its actor this often is not given to it any more: its actor comes back just as often. */
export const ACTOR_CRASHES_BY_MESSAGE_MAX = 3;
/** Such messages that a node remembers, of all its accounts: each is a bug of ours, so there are few. */
export const QUARANTINE_KEPT_MAX = 1_000;

// Launch slots per provider: a browser start costs seconds of CPU, a simulated one nothing.
export const WHATSAPP_LAUNCH_PARALLEL_MAX = 3;
export const TELEGRAM_LAUNCH_PARALLEL_MAX = 20;
export const SIMULATED_LAUNCH_PARALLEL_MAX = 2_000;

/** A launch that waits for the provider this long (its site, its socket) costs no CPU: it gives its slot to the next. */
export const LAUNCH_WAITING_AFTER_MS = 1_000;
/** No launch keeps its slot longer: a page that boots more slowly must not hold up the others. */
export const LAUNCH_SLOT_MS_MAX = 15_000;

// Correlated failures
/** More than this share of a node's accounts failing within the window is one cause, not many. */
export const BRAKE_SHARE_MAX = 0.2;
export const BRAKE_WINDOW_MS = 60_000;
/** Below this number a share says nothing: one of three is a third. */
export const BRAKE_FAILED_MIN = 3;
/** Pause between the single launches that try whether the cause is gone; it doubles with each that fails. */
export const BRAKE_PAUSE_FIRST_MS = 1_000;
/** Half of the longest back-off: after the cause has gone, all are back within that back-off and 10 s. */
export const BRAKE_PAUSE_MS_MAX = 30_000;
/** Nobody failed and nobody is held for so long: the brake goes off. Twice the longest back-off, so that all who wait are met. */
export const BRAKE_QUIET_MS = 120_000;
/** How many accounts are wanted is counted anew after so long: ten thousand that fall at once are not counted ten thousand times. */
export const BRAKE_COUNT_KEPT_MS = 1_000;

// Asking a session
/** Any question to a session (prepare, look-up, probe …): a healthy page answers in milliseconds, a busy one in seconds. */
export const SESSION_ANSWER_MS_MAX = 20_000;
