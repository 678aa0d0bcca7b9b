/**
 * Limits of messages, of what they hold, and of the chats they stand in.
 *
 * Every wait, queue, retry and size of Muster stands in this folder, with its unit in its name and the reason for the number.
 * Those that an operator may change carry the name of their environment variable in src/config/variables.ts.
 */

// Messages
/** Accepted and not yet sent, per account; beyond it 429 with Retry-After. */
export const OUTBOX_QUEUED_MAX = 10_000;
/** Rows a sender takes from the store at a time: at 100 messages a second, a reading a second. */
export const OUTBOX_READ_AHEAD_MAX = 100;
/** A send that has no acknowledgement by then is looked up. */
export const ACKNOWLEDGEMENT_MS_MAX = 30_000;
/** Pause after a message that could not be brought further now. */
export const SEND_PAUSE_MS = 1_000;
/** Look-ups of one message before it is told as `uncertain`. */
export const SEND_LOOKUPS_MAX = 5;
/** A message on which the outbox breaks so often is settled, so that those behind it go on. */
export const SEND_BREAKS_MAX = 3;
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
/**
 * Texts given to a session at once, which hands them over one after the other. None is begun after that time: whoever pauses
 * the outbox or recycles the session waits no longer for it than a person notices.
 */
export const SEND_IN_TURN_MAX = CLAIM_AHEAD_MAX;
export const SEND_IN_TURN_MS_MAX = 500;
/** Acknowledgements written in one commit. */
export const ACKNOWLEDGE_BATCH_MAX = 100;

/**
 * A new session is asked how far the latest messages have come when it has synchronised, and when ten thousand accounts that
 * come back at once are back.
 */
export const RECEIPTS_ASKED_AFTER_MS = 30_000;
/** So many of them, and not older: 5 ms a question; what is not read after a week is hardly looked at. */
export const RECEIPTS_ASKED_MAX = 200;
export const RECEIPTS_ASKED_SINCE_MS = 7 * 86_400_000;

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
