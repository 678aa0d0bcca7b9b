/** Limits of leases, and of what is done under them. Each may be changed by a rule (`POST …/account-manager/limits`). */

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Of each action, an account, a day: what people who invite and write by hand do, and no filter minds. */
export const ACTION_PER_DAY_MAX = 30;
/** Of these in one channel: half, so that no channel takes all of an account’s day. */
export const ACTION_PER_CHANNEL_DAY_MAX = 15;
/** Of one account in one channel, ever: admins begin to notice above it. */
export const ACTION_PER_CHANNEL_MAX = 200;
/** What a rule may set at most; the times of a day are read at each check. */
export const ACTION_LIMIT_MAX = 10_000;
export const ACTION_GAP_MS_MAX = 24 * HOUR_MS;
/** An account registered so short a time ago is watched more closely by its provider … */
export const YOUNG_ACCOUNT_DAYS = 14;
/** … and may do this part of what another may. */
export const YOUNG_ACCOUNT_PERCENT = 30;
/** A rule may call accounts young for a year at most. */
export const YOUNG_ACCOUNT_DAYS_MAX = 366;

/** A check holds its unit so long: an invitation takes seconds, a slow client minutes. Never longer than its lease. */
export const HOLD_MS_MAX = 10 * MINUTE_MS;
/** A lease, before it is extended. */
export const LEASE_MINUTES_MAX = 24 * 60;
export const LEASE_MINUTES_DEFAULT = 30;
/**
 * Of a lease that is offered, before it is accepted: ten times what an account takes to answer its probe, and the longest
 * for which one stays with nobody when the runtime dies meanwhile.
 */
export const OFFER_MS_MAX = 10_000;
/** An account may take so long to answer its probe: what answers can still be accepted, and nobody asks it a second time. */
export const OFFER_PROBE_MS_MAX = OFFER_MS_MAX - 2_000;
/** An allocation that found accounts free but locked by others looks again so often; each of them was taken by somebody. */
export const ALLOCATE_TRIES_MAX = 6;
/** Between two such looks, by dice, so that those who met once do not meet again. A grant takes 1 to 3 ms. */
export const ALLOCATE_PAUSE_MS_MIN = 2;
export const ALLOCATE_PAUSE_MS_MAX = 20;
/** Why each account is not free is told of so many. */
export const ALLOCATE_REASONS_MAX = 100;
/** Names of tenants, services, purposes, channels, actions. */
export const LEASE_NAME_CHARS_MAX = 200;
export const ACTION_NAME_CHARS_MAX = 40;
/** What a service says of an error. */
export const LEASE_ERROR_CHARS_MAX = 4_000;
/** Leases given, or given back, by one commit: it takes some 10 ms then, and the next ones wait for it. */
export const LEASES_TOGETHER_MAX = 100;
/** Leases that expired are looked for so often, only to tell their holders: nothing else waits for it. */
export const LEASE_LOOK_EVERY_MS = 1_000;
/** Of these in one statement, each with its event. */
export const LEASES_CLOSED_MAX = 500;
/** Units that were still held then, in one statement, each with its line in the ledger. */
export const HOLDS_ASSUMED_MAX = 500;
/** The ledger is kept so long: a year, and a month to ask about it. */
export const LEDGER_KEPT_DAYS = 400;
/** Its lines removed by one statement: far within STATEMENT_MS_MAX. */
export const LEDGER_FORGOTTEN_MAX = 10_000;
/** Rules in all: they are read at each allocation and check. */
export const LIMIT_RULES_MAX = 1_000;

/** Added to what a provider asks to wait for: it counts from its own clock, and from the last try. */
export const FLOOD_EXTRA_MS = MINUTE_MS;
/** The extra pause doubles with each flood within a day, up to this. */
export const FLOOD_EXTRA_MS_MAX = 24 * HOUR_MS;
/** A flood that names no time. */
export const FLOOD_UNNAMED_MS = 15 * MINUTE_MS;
/** A provider never asked for longer than a week; a larger number is a misread one. */
export const FLOOD_WAIT_MS_MAX = 7 * 24 * HOUR_MS;
/** Floods further apart than this are no repetition. */
export const FLOOD_MEMORY_MS = 24 * HOUR_MS;
/** After a complaint of a provider about writing to strangers: it is lifted after a day, if at all. */
export const PEER_FLOOD_MS = 24 * HOUR_MS;
/** What nobody foresaw: long enough for a person to look, short enough to do no harm. */
export const UNKNOWN_ERROR_MS = 15 * MINUTE_MS;
/** A passing fault: the first retry, doubled each time, up to the last. */
export const TRANSIENT_RETRY_MS = 5_000;
export const TRANSIENT_RETRY_MS_MAX = 5 * MINUTE_MS;
/** The score of an account goes half the way back to neutral in this time. */
export const SCORE_HALF_LIFE_MS = 24 * HOUR_MS;
/** So much of the way to its end one lease moves the score by how well it went: ten bad ones in a row leave a third of it. */
export const SCORE_LEASE_WEIGHT = 0.1;
/** An account that did not answer when it was asked after its rest: a session that is being replaced is back by then. */
export const PROBE_REST_MS = 5 * MINUTE_MS;

/** A call may wait so long for an account: longer than most answers of a person, shorter than proxies have patience for. */
export const ALLOCATE_WAIT_MS_MAX = 60_000;
/** Who waits for less is told so late that there is none, if its turn does not come before: a probe may hold all others up. */
export const WAITER_TURN_MS_MAX = 1_000;
/** Calls that wait at once; each holds a connection open. */
export const WAITERS_MAX = 1_000;
/** Requests of leases that are remembered until their answers have gone out, which is long before so many others come. */
export const LEASE_REQUESTS_KEPT_MAX = 1_000;
/** Leases that run out and accounts that come back are looked for so often while somebody waits. */
export const WAITERS_LOOK_EVERY_MS = 250;
/** Who has waited so long counts as one priority higher. */
export const WAITER_AGES_EVERY_MS = 5_000;
export const PRIORITY_MAX = 9;
