/**
 * Why an account left a state, in words a person understands. One table: code, class, text, who must act.
 *
 * Class decides what the supervisor does:
 * - `crash`   counts toward the restart intensity, restarts with back-off, and ends in FAILED when there are too many.
 * - `outage`  the world is away (network, site, launch slots): restarts with back-off for ever, never ends in FAILED.
 * - `normal`  a restart would do harm or nothing: the account rests where `rests` says.
 */
export type ReasonClass = 'crash' | 'outage' | 'normal';

export interface ReasonEntry {
  readonly class: ReasonClass;
  /** The status an account rests in after a `normal` end. */
  readonly rests: 'DISCONNECTED' | 'FAILED';
  /** What happened and, when a person must act, what to do. Shown in the API, the log and the dashboard. */
  readonly message: string;
  /** May a plain `connect` succeed without anything else being changed first? */
  readonly retryable: boolean;
}

const crash = (message: string): ReasonEntry => ({ class: 'crash', rests: 'FAILED', message, retryable: true });
const outage = (message: string): ReasonEntry => ({ class: 'outage', rests: 'FAILED', message, retryable: true });
const failed = (message: string, retryable: boolean): ReasonEntry => ({
  class: 'normal',
  rests: 'FAILED',
  message,
  retryable,
});
const rested = (message: string): ReasonEntry => ({ class: 'normal', rests: 'DISCONNECTED', message, retryable: true });

export const REASONS = {
  page_unreachable: outage('The provider’s site did not answer in time. Muster keeps trying.'),
  page_did_not_boot: crash('The provider’s page answered but did not start.'),
  network_unreachable: outage('The connection to the provider was lost and did not come back. Muster keeps trying.'),
  socket_stuck: crash('The page could not open its connection to the provider.'),
  launch_queue_full: outage('Too many accounts are starting at once; this one waits for its turn.'),
  never_ready: crash('The login was accepted, but the account never became ready.'),
  probe_unanswered: crash('The account said it was ready, but its page did not answer.'),
  browser_gone: crash('The browser ended unexpectedly.'),
  page_crashed: crash('The browser’s page crashed.'),
  page_hung: crash('The page stopped answering.'),
  page_closed: crash('The browser’s page was closed.'),
  engine_gone: crash('The process that runs this account’s browser ended.'),
  driver_error: crash('The provider’s library failed in an unexpected way.'),
  actor_failed: failed(
    'Muster itself failed on this account, again and again. Connect again; if it comes back, report what the log says.',
    true,
  ),
  close_timeout: crash('The session did not close in time and was ended by force.'),
  not_closed: failed(
    'The session could not be ended, even by force. Look for a stuck process on this machine, then connect again.',
    true,
  ),
  snapshot_unreadable: rested(
    'The stored state of this account could not be read by this version; it starts from rest. Connect it again.',
  ),
  browser_missing: failed(
    'No usable browser was found. Install chromium-headless-shell or chromium, or set CHROMIUM_PATH, then connect again.',
    true,
  ),
  profile_in_use: failed(
    'Another program uses this account’s browser profile. End that program, then connect again.',
    true,
  ),
  profile_damaged: failed('The saved login could not be opened. Connect again and scan a new QR code.', true),
  session_expired: failed('The saved login is no longer valid. Connect again and scan a new QR code.', true),
  blocked: failed(
    'The provider blocked this account. Check it on the phone; connecting again may make matters worse.',
    false,
  ),
  conflict: failed('The account was opened in another place. Close it there, then connect again.', true),
  logged_out: rested('The account was logged out on the phone. Connect again and scan a new QR code.'),
  qr_not_scanned: rested('Nobody scanned the QR code in time. Connect again when the phone is at hand.'),
  not_restored: rested(
    'The runtime was started without restoring accounts (AUTO_RESTORE=false). Connect it to start it.',
  ),
  pairing_interrupted: rested('The runtime stopped before the first pairing was finished. Connect again.'),
  stopped: rested('Disconnected on request.'),
} as const satisfies Record<string, ReasonEntry>;

export type ReasonCode = keyof typeof REASONS;

export const REASON_CODES = Object.keys(REASONS) as readonly ReasonCode[];

export function isReasonCode(text: string): text is ReasonCode {
  return Object.hasOwn(REASONS, text);
}
