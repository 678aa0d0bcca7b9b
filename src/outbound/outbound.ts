import {
  Agent as HttpAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as askHttp,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as askHttps } from 'node:https';
import type { LookupFunction, TcpSocketConnectOpts } from 'node:net';
import type { Readable } from 'node:stream';
import {
  MEDIA_REDIRECTS_MAX,
  OUTBOUND_CONNECT_TRY_MS,
  OUTBOUND_HEADER_BYTES_MAX,
  OUTBOUND_IDLE_MS_MAX,
} from '#libs/contracts/limits/media';
import { isPublicAddress } from './address-class.js';
import { decodedBody } from './decoded-body.js';
import { createFinder } from './names.js';
import { checkTarget, type NotReached, type Target, type TargetRules, type TargetVerdict } from './target.js';

/**
 * The only way by which Muster goes to a URL that somebody else chose. It goes to public addresses alone (unless
 * ALLOW_PRIVATE_TARGETS says otherwise), and to the very addresses that were checked. All time is the caller's signal, from
 * the name to the last byte of the body.
 */
export interface Outbound {
  /** Would this URL be asked now? What is true now may be otherwise later: each exchange checks again. */
  check(url: string, signal: AbortSignal): Promise<TargetVerdict>;
  /** One request and its answer. A redirect is an answer like any other. */
  exchange(request: OutboundRequest): Promise<ExchangeOutcome>;
  /** GET, and on to where redirects lead, each of them checked as the first, at most MEDIA_REDIRECTS_MAX. */
  fetch(url: string, signal: AbortSignal): Promise<ExchangeOutcome>;
  /** Ends connections that are kept for the next exchange. */
  close(): void;
}
export interface OutboundRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly signal: AbortSignal;
  /** The same receiver is asked again soon: the connection is kept for that. */
  readonly keepConnection?: boolean;
}
export type ExchangeOutcome = Exchanged | NotReached;
export interface Exchanged {
  readonly ok: true;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Decoded, and without an end that anybody promised: count what you read. Read it or destroy it. */
  readonly body: Readable;
}

/** `given` are there for tests: what is private, and what names mean, is not for operators to say. */
export function createOutbound(allowPrivate: boolean, given: Partial<TargetRules> = {}): Outbound {
  const mayReach = allowPrivate ? () => true : isPublicAddress;
  const rules: TargetRules = { mayReach, findAddresses: createFinder(), ...given };
  const kept = { keepAlive: true, timeout: OUTBOUND_IDLE_MS_MAX };
  const agents: Agents = { http: new HttpAgent(kept), https: new HttpsAgent(kept) };
  const exchange = async (request: OutboundRequest): Promise<ExchangeOutcome> => {
    const verdict = await checkTarget(request.url, rules, request.signal);
    return verdict.ok ? ask(request, verdict.target, agents) : verdict;
  };
  return {
    check: (url, signal) => checkTarget(url, rules, signal),
    exchange,
    fetch: (url, signal) => follow(url, signal, exchange),
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

async function follow(first: string, signal: AbortSignal, exchange: Outbound['exchange']): Promise<ExchangeOutcome> {
  let url = first;
  for (let redirects = 0; redirects <= MEDIA_REDIRECTS_MAX; redirects += 1) {
    const outcome = await exchange({ method: 'GET', url, signal });
    const next = outcome.ok ? whereTo(outcome, url) : null;
    if (next === null || !outcome.ok) return outcome;
    outcome.body.destroy();
    url = next;
  }
  return { ok: false, why: 'unreachable', detail: `It is redirected more than ${MEDIA_REDIRECTS_MAX} times.` };
}

/** Null when this is no redirect. One that can't be read is asked as it is, and so told as `unusable`. */
function whereTo({ status, headers: { location } }: Exchanged, from: string): string | null {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return null;
  return URL.canParse(location, from) ? new URL(location, from).href : location;
}

function ask(request: OutboundRequest, { url, addresses }: Target, agents: Agents): Promise<ExchangeOutcome> {
  const { method, headers, body, signal, keepConnection } = request;
  const secure = url.protocol === 'https:';
  const options: RequestOptions & Pick<TcpSocketConnectOpts, 'autoSelectFamilyAttemptTimeout'> = {
    method,
    // No other encoding is asked for; some servers encode all the same.
    headers: { 'accept-encoding': 'identity', 'user-agent': 'Muster', ...headers },
    agent: keepConnection ? agents[secure ? 'https' : 'http'] : false,
    lookup: knowing(addresses),
    autoSelectFamilyAttemptTimeout: OUTBOUND_CONNECT_TRY_MS,
    maxHeaderSize: OUTBOUND_HEADER_BYTES_MAX,
    signal,
  };
  return new Promise((resolve) => {
    const asked = (secure ? askHttps : askHttp)(url, options);
    asked.on('error', (error) => resolve(notReached(error, signal)));
    asked.once('response', (response) => resolve(answerOf(response)));
    asked.end(body);
  });
}

/** The name was looked up and judged already: whoever connects gets these addresses and no others. */
function knowing(addresses: Target['addresses']): LookupFunction {
  return (_name, { all }, done) => {
    const [first] = addresses;
    if (all) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family);
  };
}

function answerOf(response: IncomingMessage): ExchangeOutcome {
  const body = decodedBody(response);
  if (body !== null) return { ok: true, status: response.statusCode ?? 0, headers: response.headers, body };
  response.destroy();
  return { ok: false, why: 'unreachable', detail: 'The answer comes in an encoding that was not asked for.' };
}

function notReached(error: Error, signal: AbortSignal): NotReached {
  if (signal.aborted) return { ok: false, why: 'late', detail: 'There was no whole answer in time.' };
  const { code = error.name } = error as NodeJS.ErrnoException;
  return { ok: false, why: 'unreachable', detail: `The connection failed (${code}).` };
}
