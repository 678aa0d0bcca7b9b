/**
 * Why an account left a state, in words a person understands. One table: code, class, text, who must act.
 *
 * Class decides what the supervisor does:
 * - `crash`   counts toward the restart intensity, restarts with back-off, and ends in FAILED when there are too many.
 * - `outage`  the world is away (network, site, launch slots): restarts with back-off for ever, never ends in FAILED.
 * - `normal`  a restart would do harm or nothing: the account rests where `rests` says.
 */
export const REASON_CLASSES = ['crash', 'outage', 'normal'] as const;
export type ReasonClass = (typeof REASON_CLASSES)[number];

/**
 * Who must do something before the account is well again.
 * - `nobody`    Muster heals it by itself, or it was wished
 * - `phone`     whoever holds the account's phone
 * - `operator`  whoever runs this machine
 * - `developer` whoever works on Muster: it is a fault of ours
 */
export const REASON_ACTORS = ['nobody', 'phone', 'operator', 'developer'] as const;
export type ReasonActor = (typeof REASON_ACTORS)[number];

export interface ReasonEntry {
  readonly class: ReasonClass;
  /** The status an account rests in after a `normal` end, or when a crash was one too many. */
  readonly rests: 'DISCONNECTED' | 'FAILED';
  /** What happened and, when a person must act, what to do. Shown in the API, the log and the dashboard. */
  readonly message: string;
  /** May a plain `connect` succeed without anything else being changed first? */
  readonly retryable: boolean;
  /** While this reason is shown at rest; on its way back, see `whoMustAct`. */
  readonly who: ReasonActor;
  /** A `normal` end that may be in passing: after CONFLICT_WAIT_MS one more session is opened; the same end again is final. */
  readonly triedOnceMore?: true;
}

const FAILED = 'FAILED';
const crash = (message: string, who: ReasonActor = 'operator'): ReasonEntry => {
  return { class: 'crash', rests: FAILED, message, retryable: true, who };
};
const outage = (message: string): ReasonEntry => {
  return { class: 'outage', rests: FAILED, message, retryable: true, who: 'nobody' };
};
const failed = (message: string, who: ReasonActor, retryable = true): ReasonEntry => {
  return { class: 'normal', rests: FAILED, message, retryable, who };
};
const rested = (message: string, who: ReasonActor): ReasonEntry => {
  return { class: 'normal', rests: 'DISCONNECTED', message, retryable: true, who };
};

export const REASONS = {
  page_unreachable: outage('The provider’s site did not answer in time. Muster keeps trying.'),
  page_did_not_boot: outage('The provider’s page answered but did not start. Muster keeps trying.'),
  socket_stuck: outage('The page could not open its connection to the provider. Muster keeps trying.'),
  network_unreachable: outage(
    'The connection to the provider is lost. Muster keeps trying, and what is to be sent waits.',
  ),
  provider_timeout: outage('The provider stopped answering the page (TIMEOUT). Muster keeps trying.'),
  disk_full: {
    ...outage('The disk of DATA_DIR is full, so no browser is started. Make room on it; Muster keeps trying.'),
    who: 'operator',
  },
  profile_away: {
    ...outage('The disk with this account’s browser profile is not there. Mount it; Muster keeps trying.'),
    who: 'operator',
  },
  launch_queue_full: outage('Too many accounts are starting at once; this one waits for its turn.'),
  never_ready: crash('The login was accepted, but the account never became ready.'),
  probe_unanswered: crash('The account said it was ready, but its page did not answer.'),
  browser_gone: crash('The browser ended unexpectedly.'),
  page_crashed: crash('The browser’s page crashed.'),
  page_hung: crash('The page stopped answering.'),
  page_closed: crash('The browser’s page was closed.'),
  engine_gone: crash('The process that runs this account’s browser ended.'),
  driver_error: crash('The provider’s library failed in an unexpected way.', 'developer'),
  close_timeout: crash('The session did not close in time and was ended by force.'),
  actor_failed: failed(
    'Muster itself failed on this account, again and again. Connect again; if it comes back, report what the log says.',
    'developer',
  ),
  not_closed: failed(
    'The session could not be ended, even by force. Look for a stuck process on this machine, then connect again.',
    'operator',
  ),
  browser_missing: failed(
    'No usable browser was found. Install chromium-headless-shell or chromium, or set CHROMIUM_PATH, then connect again.',
    'operator',
  ),
  driver_missing: failed(
    'The provider’s library is not installed or does not load. Run npm ci again, then connect again.',
    'operator',
  ),
  profile_in_use: failed(
    'Another program uses this account’s browser profile. End that program, then connect again.',
    'operator',
  ),
  profile_damaged: failed('The saved login could not be opened. Connect again and scan a new QR code.', 'phone'),
  session_expired: failed('The saved login is no longer valid. Connect again and scan a new QR code.', 'phone'),
  blocked: failed(
    'The provider blocked this account. Check it on the phone; connecting again may make matters worse.',
    'phone',
    false,
  ),
  conflict: {
    ...failed('The account was opened in another place. Close it there, then connect again.', 'phone'),
    triedOnceMore: true,
  },
  logged_out: rested('The account was logged out on the phone. Connect again and scan a new QR code.', 'phone'),
  qr_not_scanned: rested('Nobody scanned the QR code in time. Connect again when the phone is at hand.', 'phone'),
  snapshot_unreadable: rested(
    'The stored state of this account could not be read by this version; it starts from rest. Connect it again.',
    'operator',
  ),
  not_restored: rested(
    'The runtime was started without restoring accounts (AUTO_RESTORE=false). Connect it to start it.',
    'operator',
  ),
  pairing_interrupted: rested('The runtime stopped before the first pairing was finished. Connect again.', 'phone'),
  recycled: rested('The browser had grown over its memory budget and is replaced by a fresh one.', 'nobody'),
  login_left: {
    ...rested(
      'Logged out here, but the provider may not have heard it. If the phone still lists this device, remove it there.',
      'phone',
    ),
    retryable: false,
  },
  stopped: rested('Disconnected on request.', 'nobody'),
} as const satisfies Record<string, ReasonEntry>;

export type ReasonCode = keyof typeof REASONS;

export const REASON_CODES = Object.keys(REASONS) as readonly ReasonCode[];

/** The table's entry by its general type; `REASONS[code]` has the literal one. */
export const reasonEntry = (code: ReasonCode): ReasonEntry => REASONS[code];

/**
 * Who must act on an account that shows this reason in this status. On its way back from a crash it needs nobody; an
 * outage lasts for as long as whoever can end it does nothing.
 */
export function whoMustAct(code: ReasonCode, status: string): ReasonActor {
  const { class: reasonClass, who } = reasonEntry(code);
  const rests = status === 'FAILED' || status === 'DISCONNECTED';
  return rests || reasonClass === 'outage' ? who : 'nobody';
}

export function isReasonCode(text: string): text is ReasonCode {
  return Object.hasOwn(REASONS, text);
}
