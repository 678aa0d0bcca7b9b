import type { ReasonCode } from '#libs/contracts/reasons';

/** Enough to find the cause; the rest of such texts is a stack or a page of the browser's log. */
const DETAIL_CHARS_MAX = 300;

export interface Failure {
  readonly reason: ReasonCode;
  readonly detail: string;
}

/** Why the page did not come up in a browser that runs. `initialize()` also rejects with plain strings. */
export function judgePageFailure(error: unknown): Failure {
  const detail = textOf(error);
  if (/net::ERR_|ERR_NAME_NOT_RESOLVED|Navigation timeout/.test(detail)) return { reason: 'page_unreachable', detail };
  if (/^(auth|ready) timeout$/.test(detail))
    return { reason: 'page_did_not_boot', detail: `the page did not start in time (${detail})` };
  if (isNavigationMeanwhile(error)) return { reason: 'page_did_not_boot', detail };
  if (isUnanswered(error)) return { reason: 'page_hung', detail: 'the page did not answer the library in time' };
  return { reason: 'driver_error', detail };
}

/** The page went somewhere else while the library was speaking to it: a log-out, or a reload of its own. */
export function isNavigationMeanwhile(error: unknown): boolean {
  return /Execution context was destroyed|Cannot find context|detached Frame|frame was detached/i.test(textOf(error));
}

/** A question to the page that the protocol's own time limit ended. */
export function isUnanswered(error: unknown): boolean {
  return /timed out.*protocolTimeout/.test(textOf(error));
}

/** Thrown by the page's own code, and not on the way to it. */
export function isOfThePage(error: unknown): boolean {
  const isOfTheWay = /Protocol error|Target closed|Session closed|Connection closed/i.test(textOf(error));
  return !isOfTheWay && !isUnanswered(error) && !isNavigationMeanwhile(error);
}

/** First line only: what follows are stacks and the browser's own log. */
export function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n', 1)[0] ?? '').slice(0, DETAIL_CHARS_MAX);
}
