/**
 * Limits of the API and of its client.
 *
 * Every wait, queue, retry and size of Muster stands in this folder, with its unit in its name and the reason for the number.
 * Those that an operator may change carry the name of their environment variable in src/config/variables.ts.
 */

// API
export const LABEL_CHARS_MAX = 200;
/** JSON bodies: the longest text is 64 k characters, at most 4 bytes each, plus room. */
export const BODY_BYTES_MAX = 1_048_576;
export const PAGE_ITEMS_MAX = 500;
export const PAGE_ITEMS_DEFAULT = 50;
/** Steps in one export of an account: a year of a healthy account, a day of one that falls every two minutes. About 0.5 MB. */
export const EXPORT_STEPS_MAX = 1_000;
/** Events of the log beside them: an account is created, changed and paused by persons, and so not often. */
export const EXPORT_EVENTS_MAX = 200;
/** Of each queue so many are counted when somebody asks how long it is: milliseconds. Beyond it, “more” says enough. */
export const QUEUE_COUNTED_MAX = 10_000;
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
/** What still comes of a body that was refused is passed over so long, for the caller to hear why; then nobody listens. */
export const UNREAD_BODY_MS_MAX = 5_000;
/** Parts of a multipart body, of which one is the file, and what the others may hold. */
export const UPLOAD_FIELDS_MAX = 10;
export const UPLOAD_FIELD_BYTES_MAX = 1_024;
/** JSON bodies above BODY_BYTES_MAX that are read at once: 16 MB of base64 take 50 MB while they are read, and hold the loop for 0.1 s. */
export const LARGE_BODIES_MAX = 4;
/** What Retry-After says when the store is away or the runtime starts: both usually take seconds. */
export const RETRY_AFTER_S = 2;
/** An outbox drains at the pace of a phone, not of a database. */
export const OUTBOX_RETRY_AFTER_S = 30;

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
