import type { Fault } from '#libs/contracts/parse';
import { type Problem, type ProblemCode, PROBLEMS } from '#libs/contracts/problem';
import { OUTBOX_RETRY_AFTER_S, RETRY_AFTER_S } from '#libs/contracts/limits/calls';
import type { Outcome, Refusal } from '#libs/contracts/refusals';
import { isStoreAway } from '#src/application/store-away';
import { StoreSilentError } from '#src/application/timely-store';

/** The one place where a refusal gets its HTTP status. A code without a row does not compile. */
export const STATUS_OF: Readonly<Record<ProblemCode, number>> = {
  invalid_request: 400,
  invalid_json: 400,
  unauthorized: 401,
  foreign_caller: 403,
  account_not_found: 404,
  step_not_found: 404,
  message_not_found: 404,
  chat_not_found: 404,
  target_not_found: 404,
  media_not_found: 404,
  webhook_not_found: 404,
  delivery_not_found: 404,
  request_not_found: 404,
  not_found: 404,
  dashboard_missing: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  request_timeout: 408,
  qr_not_ready: 409,
  pairing_code_not_ready: 409,
  not_supported: 409,
  step_not_replayable: 409,
  not_connected: 409,
  provider_refused: 409,
  webhooks_full: 409,
  no_account_free: 409,
  channel_stopped: 409,
  account_cooling: 409,
  target_refused: 409,
  channel_limit: 409,
  lease_over: 409,
  waiter_left: 409,
  leased: 409,
  lease_not_yours: 409,
  limit_rules_full: 409,
  idempotency_conflict: 409,
  cursor_expired: 410,
  payload_too_large: 413,
  media_too_large: 413,
  uri_too_long: 414,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  provider_unavailable: 422,
  media_unreachable: 422,
  media_mismatch: 422,
  target_forbidden: 422,
  outbox_full: 429,
  waiting_list_full: 429,
  busy: 429,
  internal_error: 500,
  quarantined: 500,
  stream_full: 503,
  store_unavailable: 503,
  session_unanswered: 503,
  interrupted: 503,
  shutting_down: 503,
  starting: 503,
  disk_full: 507,
};

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  408: 'Request timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content too large',
  414: 'URI too long',
  415: 'Unsupported media type',
  416: 'Range not satisfiable',
  422: 'Unprocessable',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Unavailable',
  507: 'Insufficient storage',
};

/** Thrown by what translates (never by use-cases, whose refusals are values) to answer with a problem. */
export class ProblemError extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly extra: {
      readonly detail?: string;
      readonly errors?: readonly Fault[];
      readonly allow?: string;
      readonly more?: Refusal['more'];
    } = {},
  ) {
    super(extra.detail ?? PROBLEMS[code]);
    this.name = 'ProblemError';
  }
}

/** The value of an outcome; a refusal becomes the answer. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new ProblemError(outcome.why, { detail: outcome.detail, errors: outcome.errors, more: outcome.more });
}

export interface ProblemAnswer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

/** The answer to anything that was thrown. `reference` is used when nobody foresaw it. */
export function answerTo(error: unknown, reference: () => string): ProblemAnswer {
  if (error instanceof ProblemError) return answerWith(error);
  const code = frameworkCode(error);
  if (code !== null) return answerWith(new ProblemError(code));
  if (error instanceof StoreSilentError)
    return answerWith(new ProblemError('store_unavailable', { detail: error.message }));
  if (isStoreAway(error)) return answerWith(new ProblemError('store_unavailable'));
  const { problem, headers } = answerWith(new ProblemError('internal_error'));
  return { problem: { ...problem, reference: reference() }, headers };
}

function answerWith({ code, message, extra }: ProblemError): ProblemAnswer {
  const status = STATUS_OF[code];
  return {
    problem: {
      ...extra.more,
      type: `/docs#${code}`,
      title: titles[status] ?? 'Problem',
      status,
      code,
      detail: message === PROBLEMS[code] ? message : `${PROBLEMS[code]} ${message}`,
      ...(extra.errors ? { errors: [...extra.errors] } : {}),
    },
    headers: {
      ...(status === 429 || status === 503 ? { 'retry-after': String(retryAfterS(code)) } : {}),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(extra.allow ? { allow: extra.allow } : {}),
    },
  };
}

function retryAfterS(code: ProblemCode): number {
  return code === 'outbox_full' ? OUTBOX_RETRY_AFTER_S : RETRY_AFTER_S;
}

const byStatus: Readonly<Record<number, ProblemCode>> = {
  400: 'invalid_request',
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'not_acceptable',
  408: 'request_timeout',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
};

/** Nest and Fastify refuse malformed requests with errors of their own, all of which carry a 4xx status. */
function frameworkCode(error: unknown): ProblemCode | null {
  if (!(error instanceof Error)) return null;
  const { statusCode, getStatus } = error as { statusCode?: unknown; getStatus?: () => number };
  const status = typeof getStatus === 'function' ? getStatus.call(error) : statusCode;
  if (typeof status !== 'number' || status < 400 || status >= 500) return null;
  return byStatus[status] ?? 'invalid_request';
}
