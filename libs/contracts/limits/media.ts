/**
 * Limits of files, and of going to URLs that others chose.
 *
 * Every wait, queue, retry and size of Muster stands in this folder, with its unit in its name and the reason for the number.
 * Those that an operator may change carry the name of their environment variable in src/config/variables.ts.
 */

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
/**
 * Tries to get the file of a received message before it is told as `failed`: over three hours, since a file that the servers
 * have no more comes again from its sender's phone, which may be away. Fewer when the provider says that it is gone.
 */
export const MEDIA_TRIES_MAX = 10;
export const MEDIA_GONE_TRIES_MAX = 3;
/** Pause before a file is asked for again; it grows by this with each try. */
export const MEDIA_RETRY_FIRST_MS = 5_000;
export const MEDIA_RETRY_GROWTH = 4;
export const MEDIA_RETRY_MS_MAX = 3_600_000;
/** Files of an account that rest between two tries; while there are so many, no other is asked for. */
export const MEDIA_RESTING_MAX = 5_000;
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
