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
  not_possible: 'not_possible',
  transient: 'retry',
};

const MESSAGES: Readonly<Record<ErrorClass, string>> = {
  flood_wait: 'The account rests for what was asked and an extra pause, then is well by itself.',
  peer_flood: 'The account rests for a day.',
  unknown: 'Nobody knows this error, so the account rests, to be careful. It is in the ledger.',
  login_dead: 'The login is dead. The account is out until somebody connects it anew, and its lease is over.',
  banned: 'The provider has banned the account. It is disabled for good, and its lease is over.',
  target_refused: 'The account is well.',
  not_possible: 'The account is well, and nobody has refused: what was tried is not possible there.',
  transient: 'A passing fault. Try again after the pause.',
};

/** What a service’s error means for the account, for its lease, and for what it was doing. */
export function judgeReport(report: Report, condition: Condition): JudgedReport {
  const error = classifyError(report.error_type, report.error_message);
  const { nowMs, score, scoreAtMs } = condition;
  const { restMs, retryAfterMs, memory } = judgeError(error, condition, nowMs);
  const kind = error.class;
  const stops = kind === 'peer_flood' ? stopOf(report, condition) : null;
  const refusal = kind === 'target_refused' ? refusalOf(report, condition) : null;
  return {
    class: kind,
    decision: DECISIONS[kind],
    message: messageOf(kind, stops, refusal),
    retryAfterMs,
    restMs,
    ...memory,
    score: scoreAfter({ score, atMs: scoreAtMs }, kind, nowMs).score,
    saidBy: report.context?.service_name ?? null,
    details: { ...report, rest_ms: restMs },
    loginDead: kind === 'login_dead',
    disabled: kind === 'banned',
    endsLease: kind === 'login_dead' || kind === 'banned' ? kind : null,
    stops,
    refusal,
  };
}

/** What could not be stopped, since nobody knows what it was, is not said to be. */
function messageOf(kind: ErrorClass, stops: ConditionChange['stops'], refusal: ConditionChange['refusal']): string {
  const said = MESSAGES[kind];
  if (kind === 'peer_flood')
    return stops
      ? `${said} Nothing more goes to this channel for this purpose, by no account, until its owner lifts the stop.`
      : `${said} No channel is stopped: neither the report nor its lease names purpose and channel.`;
  if (kind === 'target_refused')
    return refusal
      ? `${said} This target has refused, and is not tried again by any account.`
      : `${said} Who has refused is not remembered: the report names no context.target_id.`;
  return said;
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

/** A message’s or contact’s channel is the person; an invitation’s is where to. */
const TO_THE_PERSON: readonly string[] = ['message', 'contact'];

function refusalOf({ context }: Report, { userId }: Condition): ConditionChange['refusal'] {
  const { target_id: named, target_channel_id: channel, action_type: action = '' } = context ?? {};
  const target = named ?? (TO_THE_PERSON.includes(action) ? channel : null);
  return userId && target ? { userId, target } : null;
}
