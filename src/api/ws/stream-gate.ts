import type { IncomingMessage } from 'node:http';
import { INSPECTION } from '#libs/contracts/inspection';
import { parseInput } from '#libs/contracts/parse';
import { STREAM_KEY_PREFIX, STREAM_PATH, type StreamQuery, streamQuerySchema } from '#libs/contracts/stream';
import type { Phase } from '#src/observability/runtime-state';
import { ProblemError } from '../problem.js';
import { createCallerCheck } from '../caller-check.js';

export interface GateKeeper {
  readonly phase: () => Phase;
  /** As many clients as may listen are there. */
  readonly full: () => boolean;
  /** As many as may watch machines. */
  readonly inspected: () => boolean;
  /** Stately’s inspector may be spoken to. */
  readonly stately: boolean;
}

/** Who may listen, and to what: a query, or the problem with which the upgrade is answered instead. */
export function createStreamGate(apiKeys: readonly string[], { phase, full, inspected, stately }: GateKeeper) {
  const refuseCaller = createCallerCheck(apiKeys);
  return (request: IncomingMessage): StreamQuery | ProblemError => {
    const address = addressOf(request);
    const key = keyAmongSubprotocols(request);
    const refusal = refuseCaller(key === null ? request.headers : { ...request.headers, 'x-api-key': key });
    if (refusal) return refusal;
    if (address?.pathname.replace(/(?<=.)\/$/, '') !== STREAM_PATH) return new ProblemError('not_found');
    if (request.method !== 'GET') return new ProblemError('method_not_allowed', { allow: 'GET' });
    if (phase() === 'starting' || phase() === 'shutting_down')
      return new ProblemError(phase() as 'starting' | 'shutting_down');
    const query = parseInput(streamQuerySchema, readQuery(address.searchParams), 'query');
    if (!query.ok) return new ProblemError('invalid_request', { errors: query.faults });
    if (query.value.format === 'stately' && !stately)
      return new ProblemError('invalid_request', { errors: [{ path: 'query.format', message: NEEDS_STATELY }] });
    const isFull = full() || (query.value.topics?.includes(INSPECTION) && inspected());
    return isFull ? new ProblemError('stream_full') : query.value;
  };
}

const NEEDS_STATELY = 'this runtime was not started with STATELY_INSPECTOR=true';

/** Null: what stands there is no address, which is refused as an unknown one. */
function addressOf({ url = '/' }: IncomingMessage): URL | null {
  return URL.canParse(url, 'http://localhost') ? new URL(url, 'http://localhost') : null;
}

/** A browser can't set headers. Base64url, since not every character of a key may stand in a subprotocol. */
function keyAmongSubprotocols({ headers }: IncomingMessage): string | null {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((word) => word.trim());
  const key = offered.find((word) => word.startsWith(STREAM_KEY_PREFIX));
  return key === undefined ? null : Buffer.from(key.slice(STREAM_KEY_PREFIX.length), 'base64url').toString();
}

/** A name that comes twice is no text any more, and refused as such. */
function readQuery(params: URLSearchParams): Record<string, unknown> {
  return Object.fromEntries(
    [...new Set(params.keys())].map((name) => {
      const values = params.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}
