import type { ErrorClass } from '#libs/contracts/account-manager/lease-error';

export interface ClassifiedError {
  readonly class: ErrorClass;
  /** What the provider asks to wait, without any extra; null: it named no time. */
  readonly waitMs: number | null;
}

/**
 * What an error of a service’s own library means, by its type first and its text second. Names are read as Telegram’s
 * libraries spell them (`FloodWaitError: 300`, `FLOOD_WAIT_300`, `A wait of 300 seconds is required`) and as WhatsApp’s do
 * (`rate-overlimit`, `LOGOUT`, `not-authorized`). The order counts: `INPUT_USER_DEACTIVATED` is about a target that is
 * gone, `USER_DEACTIVATED` about the account itself; `USER_BANNED_IN_CHANNEL` is what peer floods lead to, no end of it.
 * What ends an account for good must be said of the account: a word like “banned” alone is as often about a chat.
 */
export function classifyError(errorType: string, errorMessage: string): ClassifiedError {
  const byType = classIn(wordsOf(errorType));
  const byMessage = classIn(wordsOf(errorMessage));
  // A line that broke says little of why: its text may name the reason.
  const found = (byType === 'transient' ? byMessage : null) ?? byType ?? byMessage ?? 'unknown';
  return { class: found, waitMs: found === 'flood_wait' ? waitIn(`${errorMessage} ${errorType}`) : null };
}

const PATTERNS: readonly (readonly [ErrorClass, RegExp])[] = [
  ['peer_flood', /peer flood|user banned in channel|too many requests to strangers/],
  ['flood_wait', /flood|slow ?mode wait|rate overlimit|rate limit|too many requests|\b429\b|wait of \d+ seconds/],
  [
    'target_refused',
    /privacy|not mutual contact|input user deactivated|user (is )?blocked|you blocked user|user is bot|username (invalid|not occupied)|user not found|phone not occupied|(recipient|target)( account| user)?( is| was)? (not found|blocked|banned|deleted|deactivated)|not registered|no account found|target (refused|refusal)|recently left|invite refused/,
  ],
  [
    'not_possible',
    /user kicked|user channels too much|already (a )?participant|write forbidden|admin required|admin rights|banned rights|channel private|invite (hash|only|request sent)|peer id invalid|user id invalid|chat (id )?invalid|channel invalid|(banned|kicked|removed) (from|in) (the |this |that )?(chat|group|channel|community)/,
  ],
  [
    'banned',
    /phone number banned|user deactivated|(account|phone|number)( is| was| has been)? (banned|blocked|disabled|deleted)|proxyblock|^banned$/,
  ],
  [
    'login_dead',
    /auth key|session (revoked|expired|dead|invalid|password needed)|authorization|unauthori[sz]ed|logged out|\blog ?out\b|unpaired|login (left|dead|expired)|not authorized|^401\b|(code|error|http|status) 401\b/,
  ],
  [
    'transient',
    /time ?out|timed out|network|connection|disconnected|socket|econn|enotfound|eai again|epipe|temporar|unavailable|internal|rpc call fail|try again|interdc|worker busy|transient|\b50[0234]\b/,
  ],
];

/** Lower case, with single spaces where camel case, underscores, dashes and colons part words. */
function wordsOf(text: string): string {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[^A-Za-z0-9]+/g, ' ')
    .trim()
    .toLowerCase();
}

const classIn = (words: string): ErrorClass | null => PATTERNS.find(([, pattern]) => pattern.test(words))?.[0] ?? null;

/**
 * How long, in milliseconds. What is said with a unit and what is named as a wait (in seconds, if it says no other) may both
 * be there, and the longer counts: to come back too early costs more. Else the first number that is no status.
 */
function waitIn(text: string): number | null {
  const said = [...text.matchAll(SPANS)].map(([span]) => spanOf(span));
  const named = [...text.matchAll(NAMED)].map(
    ([, gap = '', count]) => Number(count) * (/ms|milli/i.test(gap) ? 1 : 1_000),
  );
  const longest = Math.max(0, ...said, ...named);
  const bare = Number(/\b(?!4(?:20|29)\b)(\d{1,7})\b/.exec(text)?.[1] ?? 0) * 1_000;
  return longest || bare || null;
}

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const COUNTED = /(\d{1,9})\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)(?![a-z])/gi;
/** `1 hour 30 minutes` and `1h30m` are one span. */
const SPANS = new RegExp(`(?:${COUNTED.source}[\\s,]*(?:and\\s+)?)+`, 'gi');
const NAMED = /(?:wait|flood|seconds|retry[ _-]?(?:after|in)|again in)((?:(?!wait|flood)\D){0,24}?)(\d{1,9})/gi;

function spanOf(span: string): number {
  const counted = [...span.matchAll(COUNTED)];
  return counted.reduce((sum, [, count, unit = 's']) => sum + Number(count) * UNITS[unitOf(unit)], 0);
}

const unitOf = (word: string): keyof typeof UNITS =>
  /^(ms|milli)/i.test(word) ? 'ms' : (word[0]!.toLowerCase() as keyof typeof UNITS);
