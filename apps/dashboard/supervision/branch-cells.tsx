import { isReasonCode } from '#libs/contracts/reasons';
import type { BranchView, LaunchView, TroubledAccount } from '#libs/contracts/supervision';
import { accountHref } from '../parts/route.js';
import { formatDuration } from '../parts/time.js';
import type { Cells, Telling, Tone } from './cells.js';
import { Countdown, Intensity } from './figures.js';

export function branchCells({ id, strategy, restart, intensity, children }: BranchView, { words }: Telling): Cells {
  const told = words.supervision;
  const counts = (['running', 'stopping', 'waiting', 'down'] as const).filter((state) => children[state] > 0);
  return {
    name: id === 'sessions' ? told.sessions : told.actors,
    hint: id === 'sessions' ? told.sessionsHint : told.actorsHint,
    note: counts.map((state) => told.counts[state](String(children[state]))).join(' · '),
    rule: { text: `${told.strategy[strategy]}, ${told.restart[restart]}`, hint: told.ruleHints[restart] },
    intensity: <Intensity intensity={intensity} worst />,
  };
}

const TROUBLE_TONES: Readonly<Record<TroubledAccount['trouble'], Tone>> = {
  failed: 'bad',
  broken: 'bad',
  held: 'wait',
  backing_off: 'busy',
  shaken: 'rest',
};

export function accountCells(
  account: TroubledAccount,
  branch: BranchView,
  { words, aheadMs, labelOf }: Telling,
): Cells {
  const told = words.supervision;
  const { accountId, provider, trouble, reason, nextAttemptAt, since } = account;
  const used = branch.id === 'accounts' ? account.actorCrashes : account.crashes;
  return {
    name: (
      <a href={accountHref(accountId)} tabIndex={-1}>
        {labelOf(accountId)}
      </a>
    ),
    hint: (
      <>
        {words.provider[provider]}
        {account.incarnation > 0 && ` · ${words.history.session(account.incarnation)}`}
      </>
    ),
    state: { tone: TROUBLE_TONES[trouble], text: told.trouble[trouble] },
    note: (
      <>
        {nextAttemptAt && (
          <strong>
            <Countdown iso={nextAttemptAt} aheadMs={aheadMs} tell={told.tryIn} />
          </strong>
        )}
        {reason && isReasonCode(reason.code) && <span title={reason.code}>{words.reasons[reason.code]}</span>}
      </>
    ),
    intensity: (used > 0 || trouble !== 'failed') && <Intensity intensity={{ ...branch.intensity, used }} />,
    since,
  };
}

export function launchesCells(launches: readonly LaunchView[], { words }: Telling): Cells {
  const told = words.supervision;
  return { name: told.launches, hint: told.launchesHint, note: launches.length === 0 ? told.noLaunches : null };
}

export function gateCells({ provider, slots, brake }: LaunchView, { words, language, aheadMs }: Telling): Cells {
  const told = words.supervision;
  const notes = [
    told.slots(String(slots.used), String(slots.max)),
    ...(slots.waiting > 0 ? [told.waiting(String(slots.waiting))] : []),
    ...(brake.failed > 0 ? [told.fell(String(brake.failed), formatDuration(brake.windowMs, language))] : []),
  ];
  return {
    name: words.provider[provider],
    state: { tone: brake.on ? 'wait' : 'ok', text: brake.on ? told.brakeOn(String(brake.held)) : told.brakeOff },
    note: (
      <>
        {brake.nextScoutAt && (
          <strong>
            <Countdown iso={brake.nextScoutAt} aheadMs={aheadMs} tell={told.nextScout} />
          </strong>
        )}
        <span>{notes.join(' · ')}</span>
      </>
    ),
    ...(brake.since && { since: brake.since }),
  };
}
