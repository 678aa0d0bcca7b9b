/**
 * Every wait, queue, retry and size of Muster, with its unit in its name and the reason for the number.
 * Those that an operator may change carry the name of their environment variable in src/config/config.ts.
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

// Asking a session
/** Any question to a session (prepare, look-up, probe …): a healthy page answers in milliseconds, a busy one in seconds. */
export const SESSION_ANSWER_MS_MAX = 20_000;

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

// Messages
/** Accepted and not yet sent, per account; beyond it 429 with Retry-After. */
export const OUTBOX_QUEUED_MAX = 10_000;
/** Rows a sender takes from the store at a time. */
export const OUTBOX_READ_AHEAD_MAX = 50;
/** A send that has no acknowledgement by then is looked up. */
export const ACKNOWLEDGEMENT_MS_MAX = 30_000;
/** Pause after a message that could not be brought further now. */
export const SEND_PAUSE_MS = 1_000;
/** Look-ups of one message before it is told as `uncertain`. */
export const SEND_LOOKUPS_MAX = 5;
/** Tries with the same provider id of a message that is proven unsent. */
export const SEND_TRIES_MAX = 5;
/** A message not sent by then is no longer wanted: it fails. */
export const MESSAGE_TTL_MS = 86_400_000;
export const MESSAGE_TEXT_CHARS_MAX = 65_536;
export const IDEMPOTENCY_KEY_CHARS_MAX = 255;
export const IDEMPOTENCY_KEY_KEPT_MS = 7 * 86_400_000;
/** A message may say itself how long it is wanted: from a minute, since a send takes seconds, to a week. */
export const MESSAGE_TTL_MS_MIN = 60_000;
export const MESSAGE_TTL_MS_MAX = 7 * 86_400_000;
/** Pause before a message that is proven unsent is tried again; it doubles with each try, up to SEND_TRIES_MAX. */
export const SEND_RETRY_FIRST_MS = 2_000;
export const SEND_RETRY_MS_MAX = 60_000;
/** What waited longer than this while the account was away is not sent before a person says so. 0 switches it off. */
export const OUTBOX_STALE_AFTER_MS = 6 * 3_600_000;
/** Pace of sending: a random gap after each message and a bound per minute. 0: none; WhatsApp watches senders closely. */
export const SEND_GAP_MS_MIN = 0;
export const SEND_GAP_MS_MAX = 0;
export const SEND_PER_MINUTE_MAX = 0;
/** A pace may be set between none and these: an hour between two messages, or more in a minute than any browser sends. */
export const SEND_GAP_MS_LIMIT = 3_600_000;
export const SEND_PER_MINUTE_LIMIT = 100_000;
/** Messages accepted together in one commit: those that came while the commit before was on its way. */
export const ACCEPT_BATCH_MAX = 200;
/** An account's queue is counted anew after so many accepts: others may have accepted for it, too. */
export const ACCEPTS_UNCOUNTED_MAX = 1_000;
/** Messages claimed in one commit while the one before them is on its way. */
export const CLAIM_AHEAD_MAX = 8;
/** Acknowledgements written in one commit. */
export const ACKNOWLEDGE_BATCH_MAX = 100;

// Contents of messages
/** Names of people, places, polls. */
export const NAME_CHARS_MAX = 255;
export const CONTACT_CARDS_MAX = 20;
export const CONTACT_PHONES_MAX = 10;
/** WhatsApp's own bounds of a poll. */
export const POLL_OPTIONS_MAX = 12;
export const POLL_OPTION_CHARS_MAX = 100;
/** The longest emoji of Unicode is a family of ten code points. */
export const EMOJI_CHARS_MAX = 32;
export const MENTIONS_MAX = 100;
export const FILENAME_CHARS_MAX = 200;
/** Reactions kept of one message, one a person; a group has at most 1,024 people. */
export const REACTIONS_MAX = 1_024;

/** Reactions, edits and deletions of messages that are not here yet, per account; kept for as long as a catch-up may take. */
export const EARLY_CHANGES_MAX = 1_000;
export const EARLY_CHANGES_KEPT_MS = 7 * 86_400_000;

// Media
/** One file. WhatsApp's web client takes 64 MB of video; documents may be larger there, but pass through a page's memory. */
export const MEDIA_BYTES_MAX = 64 * 1_048_576;
/** Base64 inside JSON: larger files are uploaded as multipart, which needs no third more and no copy in memory. */
export const MEDIA_BASE64_CHARS_MAX = 16 * 1_048_576;
/** JSON bodies that may carry base64. */
export const MEDIA_BODY_BYTES_MAX = MEDIA_BASE64_CHARS_MAX + 65_536;
export const MEDIA_URL_CHARS_MAX = 2_000;
export const MIME_TYPE_CHARS_MAX = 127;
/** Fetching a file by its URL: the whole of it, and its redirects. */
export const MEDIA_FETCH_MS_MAX = 60_000;
export const MEDIA_REDIRECTS_MAX = 3;
/** Files fetched from elsewhere at once, per node. */
export const MEDIA_FETCHES_MAX = 4;
/** Calls that wait for one of those places; each of them holds a connection of ours open. */
export const MEDIA_FETCHES_WAITING_MAX = 100;
/** From the order to the file on disk, inside a session: 64 MB through a page. */
export const MEDIA_DOWNLOAD_MS_MAX = 120_000;
/** Tries to get the file of a received message before it is told as `failed`. */
export const MEDIA_TRIES_MAX = 5;
/** Pause before a file is asked for again; it doubles with each try. */
export const MEDIA_RETRY_FIRST_MS = 5_000;
/** Messages whose files an account reads at a time, to fetch them one by one. */
export const MEDIA_READ_AHEAD_MAX = 50;
/** Handing over a message with a file: an upload at 1 MB/s, and more than any other question to a session. */
export const MEDIA_SEND_MS_MAX = 120_000;
export const MEDIA_RETENTION_DAYS = 30;
/** A file that was named in a call stays at least this long: the message that carries it is stored within seconds. */
export const MEDIA_HELD_MS_MIN = 3_600_000;
/** A file without a row is one whose row is just being written, or one that a crash left. After a day it is the latter. */
export const MEDIA_STRAY_MS_MIN = 86_400_000;
/** Rows asked for or removed by one statement: milliseconds, and others get their turn in between. */
export const MEDIA_ROWS_AT_ONCE_MAX = 500;
/** Files and bytes are counted for the metrics this often at most: it takes a tenth of a second for a million. */
export const MEDIA_FIGURES_KEPT_MS = 60_000;
/** The room on the disk is looked at again after so much was written; ten files at once pass it by 80 MB at most. */
export const MEDIA_DISK_LOOK_BYTES = 8 * 1_048_576;

// Outbound: URLs that others choose
/** Headers of an answer; Node's own bound, and no honest server has more. */
export const OUTBOUND_HEADER_BYTES_MAX = 16_384;
/** A name server answers in a tenth of a second; this is two tries. */
export const OUTBOUND_DNS_MS_MAX = 4_000;
/** Look-ups by the system at once: each takes one of the four threads on which this process reads and writes files. */
export const OUTBOUND_SYSTEM_LOOKUPS_MAX = 2;
/** Addresses of one name that are tried, and how long one of them has before the next is tried beside it. */
export const OUTBOUND_ADDRESSES_MAX = 8;
export const OUTBOUND_CONNECT_TRY_MS = 1_000;
/** A connection that is kept for the next exchange; most servers end theirs after 5 s or later. */
export const OUTBOUND_IDLE_MS_MAX = 4_000;

// Chats of the provider
export const CHATS_LISTED_MAX = 10_000;
export const CHAT_HISTORY_MAX = 200;
export const GROUP_MEMBERS_MAX = 2_000;
/**
 * Read at a time after an outage: chats with news, and messages of all of them. Half of MAILBOX_MAX, so that what is told
 * again never overflows an account's desk.
 */
export const CATCH_UP_CHATS_MAX = 200;
export const CATCH_UP_MESSAGES_MAX = 500;
/** One catch-up: 100,000 messages. Whatever is more waits for the next one. */
export const CATCH_UP_PAGES_MAX = 200;
/** One page: a slow page of a provider reads 200 chats at 100 ms each. */
export const CATCH_UP_ANSWER_MS_MAX = 60_000;
/** Tries of one page before it is left for later, and the pause between two. */
export const CATCH_UP_TRIES_MAX = 3;
export const CATCH_UP_RETRY_MS = 5_000;
/** A catch-up that was cut off goes on then, or at the next connection, whichever is first. */
export const CATCH_UP_AGAIN_MS = 300_000;
/** Accounts of a node that catch up at the same time; the others wait for their turn and are connected meanwhile. */
export const CATCH_UP_PARALLEL_MAX = 8;
/** Clocks of provider and phone differ; read again from this much before the last one known. What is known is dropped. */
export const CATCH_UP_OVERLAP_MS = 60_000;

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
/** No statement of ours lasts longer, so that by then all is decided; another program's transaction is waited for again. */
export const LOG_DECISION_MS_MAX = 20_000;
/** A caller who reads a page is not kept waiting for so long: what is not decided comes with the next page. */
export const LOG_PAGE_WAIT_MS_MAX = 1_000;
export const STREAM_CLIENTS_MAX = 5_000;
export const STREAM_ACCOUNTS_MAX = 200;
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
/** Events delivered by one job before it makes way for others. */
export const WEBHOOK_BATCH_MAX = 50;
/** As long as a job goes on before it makes way for others: receivers that answer slowly must not take all places. */
export const WEBHOOK_BATCH_MS_MAX = 10_000;
/** Share of a wait that is left out at random, so that what failed together is not tried together. */
export const WEBHOOK_JITTER_MAX = 0.2;
/** How long an event waits for transactions that may still write one before it. They need milliseconds. */
export const WEBHOOK_DECISION_LOOK_MS = 20;
export const WEBHOOK_DECISION_LOOKS_MAX = 10;
/** A receiver that goes on taking is noted so often, not with every event. */
export const WEBHOOK_HEALTH_EVERY_MS = 1_000;
/** Rows that one statement removes or puts back. */
export const DELIVERY_ROWS_MAX = 10_000;

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

// API
export const LABEL_CHARS_MAX = 200;
/** JSON bodies: the longest text is 64 k characters, at most 4 bytes each, plus room. */
export const BODY_BYTES_MAX = 1_048_576;
export const PAGE_ITEMS_MAX = 500;
export const PAGE_ITEMS_DEFAULT = 50;
/** Settings are a few switches, not a store. */
export const SETTINGS_BYTES_MAX = 16_384;

/** Nesting of a JSON body. Settings are shallow; readers of JSON are recursive and their stack is not endless. */
export const JSON_DEPTH_MAX = 20;
/** One request, from its first byte to the end of its body: slower ones hold a connection for nothing. */
export const REQUEST_READ_MS_MAX = 30_000;
/**
 * The same for calls that carry a file: MEDIA_BYTES_MAX at 1 Mbit/s takes nine minutes, and whoever has less can give a
 * URL instead.
 */
export const UPLOAD_READ_MS_MAX = 600_000;
/** A download of which so long nothing was taken holds a file and a connection open for nobody. */
export const DOWNLOAD_SILENT_MS_MAX = 60_000;
/** Parts of a multipart body, of which one is the file, and what the others may hold. */
export const UPLOAD_FIELDS_MAX = 10;
export const UPLOAD_FIELD_BYTES_MAX = 1_024;
/** JSON bodies above BODY_BYTES_MAX that are read at once: 16 MB of base64 take 50 MB while they are read, and hold the loop for 0.1 s. */
export const LARGE_BODIES_MAX = 4;
/** What Retry-After says when the store is away or the runtime starts: both usually take seconds. */
export const RETRY_AFTER_S = 2;
/** An outbox drains at the pace of a phone, not of a database. */
export const OUTBOX_RETRY_AFTER_S = 30;

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

// Client
/** One call. Commands answer after a commit, all else sooner. */
export const CLIENT_CALL_MS_MAX = 30_000;
/** Reads that heard 503 are asked again: a start or a database's restart takes seconds. */
export const CLIENT_READ_TRIES_MAX = 4;
export const CLIENT_RETRY_AFTER_MS_MAX = 5_000;
/** How often a status that is waited for is asked, and how long when the caller does not say. */
export const CLIENT_POLL_EVERY_MS = 250;
export const CLIENT_WAIT_MS_MAX = 120_000;
/** From the call to the first frame of a stream. A runtime that is up answers within milliseconds. */
export const CLIENT_STREAM_OPEN_MS_MAX = 10_000;
/** A stream that broke off is opened again soon, since most breaks are short; then less often, with jitter. */
export const CLIENT_STREAM_RETRY_FIRST_MS = 250;
export const CLIENT_STREAM_RETRY_MS_MAX = 10_000;
/** A stream that lived so long was a good one: the next break is the first again. */
export const CLIENT_STREAM_STEADY_MS = 5_000;
/** Frames that wait for a slow reader, a kilobyte each; at more, the connection is dropped and resumed later. */
export const CLIENT_STREAM_FRAMES_MAX = 10_000;
/** Ids of events that were told last. A resumed stream begins behind its cursor, so this is a second net only. */
export const CLIENT_STREAM_SEEN_MAX = 1_000;

// Keeping
/** How often what was kept long enough is removed; nobody waits for it. */
export const UPKEEP_EVERY_MS = 3_600_000;
/** A deleted account's history and messages. */
export const DELETED_RETENTION_DAYS = 30;
/** A login moved aside. */
export const PROFILE_TRASH_DAYS = 14;
