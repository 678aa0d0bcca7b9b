/**
 * Limits inside the runtime: actors, store, jobs, health, and how long things are kept.
 *
 * Every wait, queue, retry and size of Muster stands in this folder, with its unit in its name and the reason for the number.
 * Those that an operator may change carry the name of their environment variable in src/config/variables.ts.
 */

// Actors
/** Messages waiting at one account. More means that nobody reads: the sender hears `busy`. */
export const MAILBOX_MAX = 1_000;
/** Stop, downs and deadlines that must get through when the mailbox is full. */
export const MAILBOX_CONTROL_MAX = 50;
/** A command is committed within milliseconds; after this long its sender is told that the store is away. */
export const COMMAND_ANSWER_MS_MAX = 5_000;
/** At its end an account waits this long for what it is writing; a store that is away must not hold up the stop. */
export const RETIRE_MS_MAX = 5_000;
/** Pause before a session that was not ready for a probe is asked again; the authentication deadline ends it. */
export const PROBE_RETRY_MS = 1_000;
/** Moving a profile aside is a rename; a disk that takes longer is not well. */
export const DISCARD_LOGIN_MS_MAX = 10_000;
/** Pause before the release of a deleted account is tried again; the store or the disk may be away for minutes. */
export const RELEASE_RETRY_MS = 5_000;
/** Dead letters kept for looking at; older ones are only counted. */
export const DEAD_LETTERS_KEPT_MAX = 1_000;

// Store
/** Changes wait at most this long to be committed together. */
export const GROUP_COMMIT_WAIT_MS_MAX = 20;
/** Changes in one commit: bounds its statement size and the time others wait behind it. */
export const GROUP_COMMIT_ENTRIES_MAX = 500;
/** Changes not yet committed over all accounts; beyond it, commands are refused with `store_unavailable`. */
export const COMMIT_BACKLOG_MAX = 100_000;
/** Pause before a failed commit is tried again. */
export const COMMIT_RETRY_MS = 250;
export const COMMIT_RETRY_MS_MAX = 5_000;
/** One statement. Anything slower means that the database is not well. */
export const STATEMENT_MS_MAX = 15_000;
/** A call of the API waits no longer for one answer of the store, which takes milliseconds. Upkeep and migrations may. */
export const STORE_ANSWER_MS_MAX = 5_000;

// Jobs
/** Jobs that became due are looked for; new ones are told. Below the first wait of a delivery. */
export const JOBS_LOOK_EVERY_MS = 500;
/** For fetching, finishing and adding jobs, one that listens, and one that holds the lead. */
export const JOB_CONNECTIONS_MAX = 6;
/** What waits longer than this without a job gets one: one may have been lost with a database that was put back. */
export const JOB_OVERDUE_MS = 60_000;
/** Between two tries to run jobs, when the database was away or another program runs them. */
export const JOBS_AGAIN_MS = 2_000;
/** A stop lets a request that is under way come to its end for so long. */
export const JOBS_STOP_MS_MAX = 2_000;
/** Concluded deliveries are kept for looking at. */
export const DELIVERY_RETENTION_DAYS = 7;
/** A signature older than this is refused by the client's check: it may be a replay. */
export const SIGNATURE_AGE_S_MAX = 300;

// Health
/** One readiness part; slower than this is as bad as no. */
export const READINESS_ANSWER_MS_MAX = 1_000;
/**
 * Free room on DATA_DIR's disk, below which the runtime calls itself not ready and starts no browser. What must still fit
 * then: the database's log (up to 64 MB between two checkpoints), and the logins of browsers that are closed.
 */
export const DISK_FREE_MB_MIN = 100;
/** Answers of readiness parts are kept this long, so that probes never become load. */
export const READINESS_KEPT_MS = 500;
/** An event loop that was held up longer than this, in the last window, serves nobody. */
export const LOOP_DELAY_MS_MAX = 2_000;
export const LOOP_DELAY_WINDOW_MS = 10_000;
/** The resource line in the log. */
export const RESOURCE_LINE_EVERY_MS = 60_000;
/** A database may be asked for the outbox lengths at each scrape, but not for longer than this. */
export const SCRAPE_QUESTION_MS_MAX = 2_000;

// Looking at the supervisors
/** Accounts in trouble that one answer names: more than anybody reads; the rest is counted. */
export const SUPERVISION_TROUBLED_MAX = 200;
/** Engine hosts that one answer names. A machine with more has 50 GB in browsers. */
export const SUPERVISION_HOSTS_MAX = 100;

// Keeping
/** How often what was kept long enough is removed; nobody waits for it. */
export const UPKEEP_EVERY_MS = 3_600_000;
/** How often messages are looked for that are not wanted any more: their least time is a minute. */
export const EXPIRY_LOOK_EVERY_MS = 60_000;
/** A deleted account's history and messages. */
export const DELETED_RETENTION_DAYS = 30;
/** A login moved aside. */
export const PROFILE_TRASH_DAYS = 14;
