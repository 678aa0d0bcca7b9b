/**
 * Limits of what accounts take of the machine: browsers and engine hosts.
 *
 * Every wait, queue, retry and size of Muster stands in this folder, with its unit in its name and the reason for the number.
 * Those that an operator may change carry the name of their environment variable in src/config/variables.ts.
 */

// Resources of browsers
/** How often memory and CPU of the browsers are looked at; a look at a hundred accounts costs tens of milliseconds. */
export const BROWSER_LOOK_EVERY_MS = 15_000;
/** Memory (PSS) of one browser tree before it is replaced. A page of WhatsApp with large chats takes 300 to 600 MB. */
export const BROWSER_MEMORY_MB_MAX = 1_200;
/** A browser over its budget is replaced when nothing was sent or received for so long. */
export const RECYCLE_IDLE_MS = 30_000;
/** Messages under way get this long to be acknowledged; then the recycle is put off. */
export const RECYCLE_DRAIN_MS_MAX = 60_000;
/** Over its budget in so many looks in a row: one may have met a large chat being opened. */
export const RECYCLE_LOOKS_MIN = 2;
/** One that is never idle is replaced all the same after so long; its messages wait in the outbox for the moment. */
export const RECYCLE_IDLE_WAIT_MS_MAX = 3_600_000;
/** One that could not be drained is asked again after so long. */
export const RECYCLE_BUSY_PAUSE_MS = 300_000;
/** One at a time; the next begins when the last is back, or after so long: a queue for launches, launch and sync. */
export const RECYCLE_BACK_MS_MAX = 300_000;
/** One that is over its budget again this soon would only be replaced in a loop: the budget is wrong, and that is told. */
export const RECYCLE_AGAIN_AFTER_MS = 3_600_000;
/** A look reads a process's share of memory anew when its size has changed by this much, or after so many looks. */
export const MEMORY_SHARE_CHANGE_MIN = 0.02;
export const MEMORY_SHARE_KEPT_LOOKS_MAX = 4;
/** A look holds up the event loop no longer than this at a time. */
export const BROWSER_LOOK_SLICE_MS_MAX = 2;
/** Accounts with a series of metrics each, the largest first. A machine with more browsers than this has 50 GB in them. */
export const BROWSER_SERIES_MAX = 500;

// Engine hosts
/** Accounts in one host process: its crash restarts these and no others. */
export const ENGINE_HOST_ACCOUNTS_MAX = 8;
/** A Node process starts in 0.3 s; a loaded machine needs longer. */
export const ENGINE_HOST_START_MS_MAX = 20_000;
export const ENGINE_HEARTBEAT_EVERY_MS = 3_000;
/** No heartbeat for this long, in either direction, and the host and its browsers are ended. */
export const ENGINE_HEARTBEAT_MISSING_MS_MAX = 15_000;
/** The same while the runtime stops: two beats missed. A host that closes browsers goes on beating. */
export const ENGINE_HEARTBEAT_STOPPING_MS_MAX = 7_000;
/** What a host may use to close its browsers properly after its parent has gone. */
export const ENGINE_ORPHAN_CLOSE_MS_MAX = 5_000;
