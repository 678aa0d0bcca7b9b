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
    /privacy|not mutual contact|input user deactivated|user (is )?blocked|you blocked user|user is bot|user kicked|user channels too much|already (a )?participant|chat write forbidden|chat admin required|channel private|invite hash|username (invalid|not occupied)|peer id invalid|user id invalid|user not found|phone not occupied|recipient not found|not registered|no account found|target (refused|refusal|not found)|recently left|invite (only|refused)/,
  ],
  [
    'banned',
    /phone number banned|user deactivated|account (is )?(banned|blocked|disabled|deleted)|proxyblock|\bbanned\b/,
  ],
  [
    'login_dead',
    /auth key|session (revoked|expired|dead|invalid|password needed)|authorization|unauthori[sz]ed|logged out|log ?out|unpaired|login (left|dead|expired)|not authorized|\b401\b/,
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

/** Seconds: the number that is named as such, else the first there is. */
function waitIn(text: string): number | null {
  const named = /(?:wait|flood|seconds)\D{0,24}?(\d{1,7})/i.exec(text) ?? /(\d{1,7})\s*s(?:econds?)?\b/i.exec(text);
  const seconds = Number((named ?? /\b(\d{1,7})\b/.exec(text))?.[1]);
  return seconds > 0 ? seconds * 1_000 : null;
}
