import { CLIENT_CALL_MS_MAX, CLIENT_READ_TRIES_MAX, CLIENT_RETRY_AFTER_MS_MAX } from '#libs/contracts/limits/calls';
import type { Operation } from '#libs/contracts/operation';
import { type OperationAnswer, type OperationAsk, type OperationName, OPERATIONS } from '#libs/contracts/operations';
import { parseAnswer } from '#libs/contracts/parse';
import { apiErrorOf } from './api-error.js';
import type { StreamSocketConstructor } from './stream-line.js';

export interface ClientOptions {
  /** Such as http://127.0.0.1:5001; a path before /api is kept. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  readonly fetch?: typeof fetch;
  /** Of one call, from its start to the end of its answer; calls that carry a file have UPLOAD_READ_MS_MAX at least. */
  readonly timeoutMs?: number;
  /** For streams. Not given: the global one, which browsers and Node from 22 on have; for Node 20 that of the package `ws`. */
  readonly WebSocket?: StreamSocketConstructor;
}

/** What a call needs beside what its operation says. */
export interface CallExtras {
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of a JSON body. */
  readonly form?: FormData;
  /** At least so long; `timeoutMs` of the client may be longer. */
  readonly msMin?: number;
  readonly signal?: AbortSignal;
}

export interface Transport {
  /** Calls an operation and reads its answer by its schema. Rejects with MusterApiError for every problem. */
  readonly call: <Name extends OperationName>(name: Name, ask: OperationAsk<Name>) => Promise<OperationAnswer<Name>>;
  /** The answer as it came, problems included. */
  readonly fetch: (name: OperationName, ask: object, extras?: CallExtras) => Promise<Response>;
  /** Reads such an answer as `call` does. */
  readonly read: <Name extends OperationName>(name: Name, response: Response) => Promise<OperationAnswer<Name>>;
}

interface Asked {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}

export function createTransport(options: ClientOptions): Transport {
  const fetchRaw: Transport['fetch'] = (name, ask, extras = {}) =>
    fetchPatiently(options, OPERATIONS[name], ask, extras);
  return {
    fetch: fetchRaw,
    read: readAnswer,
    call: async (name, ask) => readAnswer(name, await fetchRaw(name, ask)),
  };
}

async function readAnswer<Name extends OperationName>(name: Name, response: Response): Promise<OperationAnswer<Name>> {
  const operation: Operation = OPERATIONS[name];
  const expected = response.ok || response.status === operation.downStatus;
  if (!expected || isProblem(response)) throw await apiErrorOf(response);
  if (operation.answer === null) {
    await response.arrayBuffer();
    return null as OperationAnswer<Name>;
  }
  return parseAnswer(operation.answer, await response.json()) as OperationAnswer<Name>;
}

export function isProblem(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
}

/** A read that hears 503 with a problem is asked again: it changes nothing. Whatever changes something is asked once. */
async function fetchPatiently(
  options: ClientOptions,
  operation: Operation,
  ask: Asked,
  extras: CallExtras,
): Promise<Response> {
  const triesMax = operation.method === 'GET' ? CLIENT_READ_TRIES_MAX : 1;
  for (let tries = 1; ; tries += 1) {
    const response = await fetchOnce(options, operation, ask, extras);
    if (response.status !== 503 || !isProblem(response) || tries >= triesMax) return response;
    // Read to its end, so that the connection can be used again.
    await response.arrayBuffer();
    await pause(retryAfterMs(response));
  }
}

function fetchOnce(
  { baseUrl, apiKey, fetch: fetchWith = fetch, timeoutMs = CLIENT_CALL_MS_MAX }: ClientOptions,
  { method, path }: Operation,
  ask: Asked,
  { headers = {}, form, msMin = 0, signal }: CallExtras,
): Promise<Response> {
  const sent = new Headers({ accept: 'application/json', ...headers });
  for (const [name, value] of Object.entries(ask.headers ?? {})) if (value !== undefined) sent.set(name, value);
  if (apiKey !== undefined) sent.set('x-api-key', apiKey);
  if (ask.body !== undefined) sent.set('content-type', 'application/json');
  const tooLate = AbortSignal.timeout(Math.max(timeoutMs, msMin));
  // `any` holds it weakly: one that nobody listens to is cleared away by Node 20, and its time never comes.
  tooLate.addEventListener('abort', () => undefined, { once: true });
  return fetchWith(`${withoutSlash(baseUrl)}${addressOf(path, ask)}`, {
    method,
    headers: sent,
    // A form names its own type, with its boundary.
    body: form ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body)),
    signal: signal ? AbortSignal.any([tooLate, signal]) : tooLate,
  });
}

export const withoutSlash = (baseUrl: string): string => baseUrl.replace(/\/+$/, '');

function addressOf(path: string, { params = {}, query = {} }: Asked): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_braces, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size > 0 ? `${filled}?${search.toString()}` : filled;
}

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? 1);
  return Number.isFinite(seconds) ? Math.min(seconds * 1000, CLIENT_RETRY_AFTER_MS_MAX) : CLIENT_RETRY_AFTER_MS_MAX;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
