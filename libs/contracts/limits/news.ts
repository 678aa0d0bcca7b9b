/**
 * Limits of those who are told: event log, WebSocket, webhooks.
 *
 * Every wait, queue, retry and size of Muster stands in this folder, with its unit in its name and the reason for the number.
 * Those that an operator may change carry the name of their environment variable in src/config/variables.ts.
 */

// Event log and its readers
export const EVENTS_PAGE_MAX = 1_000;
export const EVENTS_PAGE_DEFAULT = 100;
export const EVENT_RETENTION_DAYS = 30;
/** Rows that the reader of the log takes at a time. */
export const LOG_READ_MAX = 1_000;
/** The log is looked at this often even when nobody said that there is news: another node may have written. */
export const LOG_LOOK_EVERY_MS = 1_000;
/** Between two looks at the log while much happens: many commits are told at once then. */
export const LOG_LOOK_GAP_MS = 5;
/** Ids are drawn before commits: a reader waits for those who drew one. They need a millisecond or two. */
export const LOG_DECISION_LOOK_MS = 2;
/** The pause doubles up to this: a thousand readers that wait for another program's transaction must not be a load. */
export const LOG_DECISION_LOOK_MS_MAX = 500;
/** Events that a read with a filter passes over at most: tens of milliseconds. The next read goes on from there. */
export const LOG_SCAN_MAX = 50_000;
/** Events that one search looks through: a tenth of a second when it reads the text of each. The next goes on from there. */
export const EVENT_SEARCH_SCAN_MAX = 5_000;
/** A word to look for. */
export const EVENT_SEARCH_CHARS_MAX = 200;
/** Times follow ids but for clocks and waits: so much earlier and later is looked at, too, and left out by its time. */
export const EVENT_SEARCH_MARGIN_MS = 60_000;
/** No statement of ours lasts longer, so that by then all is decided; another program's transaction is waited for again. */
export const LOG_DECISION_MS_MAX = 20_000;
/** A caller who reads a page is not kept waiting for so long: what is not decided comes with the next page. */
export const LOG_PAGE_WAIT_MS_MAX = 1_000;
export const STREAM_CLIENTS_MAX = 5_000;
export const STREAM_ACCOUNTS_MAX = 200;
/** Accounts whose machines one client watches: each tells all that comes to it. */
export const INSPECTED_ACCOUNTS_MAX = 10;
/** Clients that watch machines. More people than this don't look at one node. */
export const INSPECTING_CLIENTS_MAX = 20;
export const STREAM_HEARTBEAT_EVERY_MS = 20_000;
/** Two heartbeats without an answer. */
export const STREAM_SILENT_MS_MAX = 45_000;
/** Bytes that wait for one client; more, and it is cut off and told to resume. */
export const STREAM_BUFFER_BYTES_MAX = 1_048_576;
/** From the close frame to the end of a connection whose client says nothing; it may still be reading what waits for it. */
export const STREAM_CLOSE_MS_MAX = 10_000;
/** The same at the runtime's stop, which has other things to do. */
export const STREAM_STOP_MS_MAX = 1_000;
/** How often readiness is looked at for those who listen to `health`. */
export const HEALTH_LOOK_EVERY_MS = 1_000;
/** A client sends nothing but pongs. */
export const STREAM_FRAME_BYTES_MAX = 1_024;

// Webhooks
export const WEBHOOKS_MAX = 1_000;
/**
 * Those that are told of all accounts; and as many of each account alone. Every event is written once for each of them, in
 * its own transaction: a commit of 500 changes takes a second with twenty, and would not end in STATEMENT_MS_MAX with 300.
 */
export const WEBHOOKS_ALIKE_MAX = 25;
export const WEBHOOK_URL_CHARS_MAX = 2_000;
export const WEBHOOK_SECRET_CHARS_MIN = 16;
export const WEBHOOK_SECRET_CHARS_MAX = 200;
/** A receiver should take an event and work on it later. */
export const WEBHOOK_ANSWER_MS_MAX = 10_000;
/** Where a URL leads is found out so fast, or the webhook is taken all the same: each delivery looks again. */
export const WEBHOOK_CHECK_MS_MAX = 3_000;
/** What is read of an answer, for the history of deliveries. */
export const WEBHOOK_ANSWER_CHARS_MAX = 1_000;
export const WEBHOOK_RETRY_FIRST_MS = 1_000;
export const WEBHOOK_RETRY_EVERY_MS_MAX = 3_600_000;
/** From the event to giving it up. */
export const WEBHOOK_RETRY_MS_MAX = 3 * 86_400_000;
/** A receiver that took nothing for so long is paused; a call resumes it. */
export const WEBHOOK_DEAD_AFTER_MS = 3 * 86_400_000;
/** Deliveries under way at once, per node. */
export const WEBHOOK_PARALLEL_MAX = 20;
/** Of these, lines of one webhook: the rest is left for others. */
export const WEBHOOK_LINES_MAX = 10;
/** As many failures of a webhook, and none was taken between them: one line at a time, until one is. */
export const WEBHOOK_FAILURES_MAX = 3;
/** Events delivered by one job before it makes way for others. */
export const WEBHOOK_BATCH_MAX = 50;
/** As long as a job goes on before it makes way for others: receivers that answer slowly must not take all places. */
export const WEBHOOK_BATCH_MS_MAX = 10_000;
/** Share of a wait that is left out at random, so that what failed together is not tried together. */
export const WEBHOOK_JITTER_MAX = 0.2;
/** How long an event waits for transactions that may still write one before it. They need milliseconds. */
export const WEBHOOK_DECISION_LOOK_MS = 20;
export const WEBHOOK_DECISION_LOOKS_MAX = 10;
/** When even that was too short: another program's transaction, which may take minutes. Others get their turn. */
export const WEBHOOK_DECISION_AGAIN_MS = 1_000;
/** A receiver that goes on taking is noted so often, not with every event. */
export const WEBHOOK_HEALTH_EVERY_MS = 1_000;
/** Rows that one statement removes or puts back. */
export const DELIVERY_ROWS_MAX = 10_000;
