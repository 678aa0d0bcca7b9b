import { PROBLEMS, type ProblemCode } from '#libs/contracts/problem';

/** What can go wrong with what a page asks for. Other codes are told in Muster's own English. */
const TOLD = [
  'account_not_found',
  'message_not_found',
  'provider_unavailable',
  'qr_not_ready',
  'pairing_code_not_ready',
  'not_supported',
  'not_connected',
  'chat_not_found',
  'provider_refused',
  'webhook_not_found',
  'delivery_not_found',
  'cursor_expired',
  'idempotency_conflict',
  'outbox_full',
  'busy',
  'interrupted',
  'quarantined',
  'store_unavailable',
  'session_unanswered',
  'shutting_down',
  'starting',
  'invalid_request',
  'unauthorized',
  'foreign_caller',
  'not_found',
  'payload_too_large',
  'request_timeout',
  'stream_full',
  'internal_error',
] as const satisfies readonly ProblemCode[];
export type ToldProblem = (typeof TOLD)[number];

export const enProblems = Object.fromEntries(TOLD.map((code) => [code, PROBLEMS[code]])) as Readonly<
  Record<ToldProblem, string>
>;
