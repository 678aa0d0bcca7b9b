import type { ErrorClass, HandledError, handleErrorSchema } from '#libs/contracts/account-manager/lease-error';
import type { OutputOf } from '#libs/contracts/parse';
import { classifyError } from '#libs/leasing/error-class';
import { judgeError } from '#libs/leasing/ladder';
import { scoreAfter } from '#libs/leasing/score';
import type { Condition, ConditionChange } from '#src/persistence/leasing/condition.repository';

type Report = OutputOf<typeof handleErrorSchema>;

export interface JudgedReport extends ConditionChange {
  readonly class: ErrorClass;
  readonly decision: HandledError['action'];
  readonly retryAfterMs: number | null;
  readonly message: string;
}

const DECISIONS: Readonly<Record<ErrorClass, HandledError['action']>> = {
  flood_wait: 'cooled',
  peer_flood: 'cooled',
  unknown: 'cooled',
  login_dead: 'awaiting_login',
  banned: 'disabled',
  target_refused: 'target_refused',
  transient: 'retry',
};

const MESSAGES: Readonly<Record<ErrorClass, string>> = {
  flood_wait: 'The account rests for what was asked and an extra pause, then is well by itself.',
  peer_flood:
    'The account rests for a day. Nothing more goes to this channel for this purpose, by no account, until its owner lifts the stop.',
  unknown: 'Nobody knows this error, so the account rests, to be careful. It is in the ledger.',
  login_dead: 'The login is dead. The account is out until somebody connects it anew, and its lease is over.',
  banned: 'The provider has banned the account. It is disabled for good, and its lease is over.',
  target_refused: 'The account is well. This target has refused, and is not tried again by any account.',
  transient: 'A passing fault. Try again after the pause.',
};

/** What a service’s error means for the account, for its lease, and for what it was doing. */
export function judgeReport(report: Report, condition: Condition): JudgedReport {
  const error = classifyError(report.error_type, report.error_message);
  const { nowMs, score, scoreAtMs } = condition;
  const { restMs, retryAfterMs, memory } = judgeError(error, condition, nowMs);
  const kind = error.class;
  return {
    class: kind,
    decision: DECISIONS[kind],
    message: MESSAGES[kind],
    retryAfterMs,
    restMs,
    ...memory,
    score: scoreAfter({ score, atMs: scoreAtMs }, kind, nowMs).score,
    saidBy: report.context?.service_name ?? null,
    details: { ...report, rest_ms: restMs },
    loginDead: kind === 'login_dead',
    disabled: kind === 'banned',
    endsLease: kind === 'login_dead' || kind === 'banned' ? kind : null,
    stops: kind === 'peer_flood' ? stopOf(report, condition) : null,
    refusal: kind === 'target_refused' ? refusalOf(report, condition) : null,
  };
}

/** What was being done is known by the lease, or said by the report; else there is nothing to stop. */
function stopOf(
  { context }: Report,
  { userId, purpose: leased, targetChannelId }: Condition,
): ConditionChange['stops'] {
  const channel = context?.target_channel_id ?? targetChannelId;
  const purpose = context?.purpose ?? leased;
  return userId && purpose && channel ? { userId, purpose, channel } : null;
}

function refusalOf({ context }: Report, { userId }: Condition): ConditionChange['refusal'] {
  return userId && context?.target_id ? { userId, target: context.target_id } : null;
}
