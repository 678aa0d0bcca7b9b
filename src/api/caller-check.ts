import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '#src/config/loopback';
import { createKeyCheck } from './api-key.js';
import { ProblemError } from './problem.js';

export type CallerCheck = (headers: IncomingHttpHeaders) => ProblemError | null;

/**
 * Who may call: who shows a key. Without keys the server is bound to loopback, which keeps other machines out, but not the
 * pages in this machine's browser: any of them may send requests here, and one whose own name is bound anew to 127.0.0.1
 * may read the answers, too (DNS rebinding). So then the request has to name this machine as the one it was sent to, and,
 * when it comes from a page, the page has to be one of ours.
 */
export function createCallerCheck(keys: readonly string[]): CallerCheck {
  if (keys.length === 0) return refuseForeigners;
  const hasKey = createKeyCheck(keys);
  return (headers) => (hasKey(headers) ? null : new ProblemError('unauthorized'));
}

/** Browsers always send a Host, and an Origin with whatever could change anything; programs may leave both out. */
function refuseForeigners({ host, origin }: IncomingHttpHeaders): ProblemError | null {
  const isMeantForUs = host === undefined || isLoopback(nameIn(host));
  const isFromUs = origin === undefined || hostOf(origin) === hostOf(`http://${host}`);
  return isMeantForUs && isFromUs ? null : new ProblemError('foreign_caller');
}

/** Without port and brackets; what is no host at all is nobody's name. */
function nameIn(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname.replace(/^\[(.*)\]$/, '$1') : '';
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
