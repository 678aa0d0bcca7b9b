import type { Fault } from './parse.js';

/** Every way in which Muster says no to a well-formed call. src/api/problem.ts gives each its HTTP status, exhaustively. */
export const REFUSALS = {
  account_not_found: 'There is no account with this id.',
  step_not_found: 'The account’s history has no step with this number.',
  step_not_replayable: 'How the account stood after this step cannot be told.',
  message_not_found: 'There is no message with this id.',
  provider_unavailable: 'This provider isn’t built yet, or can’t run here.',
  qr_not_ready: 'There is no QR code to show. Connect the account and wait for the status QR_READY.',
  pairing_code_not_ready: 'A pairing code can be asked for only while the status is QR_READY.',
  not_supported: 'The account’s provider can’t do this.',
  not_connected: 'The account is not connected now, and this can only be asked of a connected one.',
  chat_not_found: 'The provider knows no such chat, contact or group.',
  provider_refused: 'The provider said no.',
  target_not_found: 'The message that this is about is not one of this account, or was never sent.',
  media_not_found: 'There is no file with this id, or it was kept long enough and is gone.',
  media_unreachable: 'The file could not be fetched from its URL.',
  media_too_large: 'The file is too large.',
  media_mismatch: 'A file of this type can’t be sent as this kind of message.',
  disk_full: 'The disk of DATA_DIR is full, so no file can be kept. Make room on it.',
  target_forbidden: 'This URL leads to a private or loopback address, which ALLOW_PRIVATE_TARGETS does not allow.',
  webhook_not_found: 'There is no webhook with this id.',
  delivery_not_found: 'There is no such delivery of this webhook, or it was kept long enough and is gone.',
  webhooks_full:
    'There are as many webhooks as Muster takes, of this account or of all. Delete one that is no longer needed.',
  cursor_expired:
    'What came after this cursor is not kept any more. Read the accounts anew, and begin without a cursor.',
  idempotency_conflict: 'This Idempotency-Key was used with another body. Use a new key for a new message.',
  outbox_full: 'Too many messages of this account wait to be sent. Try again later.',
  busy: 'The account has too many commands waiting. Try again in a moment.',
  interrupted:
    'Muster’s part of this account stopped or broke on the way, so this may or may not be done. Look at the account, or ask again in a moment.',
  quarantined:
    'This has broken Muster’s part of the account again and again, and is not tried any more. Report what the log says.',
  no_account_free:
    'No account can be leased now; `accounts` says why of each, `next_available_at` when the first is free.',
  channel_stopped:
    'A provider complained about this purpose in this channel. Nothing more goes there, by no account, until its owner lifts the stop.',
  account_cooling: 'The account rests after an error, so nothing is sent under its lease; its health says how long.',
  target_refused: 'This target has refused before. It is not tried again, by no account.',
  channel_limit: 'An account of yours has done all it may in this channel.',
  waiting_list_full: 'Too many calls wait for an account already. Try again in a moment.',
  waiter_left: 'This call was taken off the waiting list.',
  request_not_found: 'No such call waits for an account; perhaps it was answered.',
  lease_over: 'This lease is over. Allocate anew.',
  leased:
    'The account is leased. Its holder may do this, with the header X-Lease-Fence; a person in charge with X-Lease-Override, but for sending.',
  lease_not_yours: 'This service has no such lease of this account.',
  limit_rules_full: 'There are as many rules as Muster takes. Remove one that is no longer needed.',
  store_unavailable: 'The database doesn’t answer, so nothing can be accepted. Try again in a moment.',
  session_unanswered: 'The account’s session did not answer in time. Try again in a moment.',
  shutting_down: 'The runtime is stopping. Try again when it is back.',
  starting: 'The runtime is starting. Try again in a moment.',
  /** Mostly found before anybody decides about a call; not so in what only the account’s provider can read. */
  invalid_request: 'The request has a wrong shape; `errors` says where.',
} as const;

export type RefusalCode = keyof typeof REFUSALS;

export interface Refusal {
  readonly ok: false;
  readonly why: RefusalCode;
  readonly detail?: string;
  /** Of `invalid_request`: what is wrong, and where. */
  readonly errors?: readonly Fault[];
  /** What the answer says beside, for programs. */
  readonly more?: Readonly<Record<string, unknown>>;
}
export interface Accepted<T> {
  readonly ok: true;
  readonly value: T;
}
/** Expected outcomes are values. */
export type Outcome<T> = Accepted<T> | Refusal;

export const accepted = <T>(value: T): Accepted<T> => ({ ok: true, value });
export const refused = (why: RefusalCode, detail?: string): Refusal =>
  detail === undefined ? { ok: false, why } : { ok: false, why, detail };
