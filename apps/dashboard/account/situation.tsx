import type { AccountView, ReasonView } from '#libs/contracts/account';
import { isReasonCode } from '#libs/contracts/reasons';
import type { TransitionView } from '#libs/contracts/transition';
import { PAGES } from '../pages.js';
import { Notice } from '../parts/notice.js';
import { inspectorHref } from '../parts/route.js';
import { useServerNow, useWords } from '../parts/shell.js';
import { formatDuration } from '../parts/time.js';
import { Pairing } from './pairing.js';
import { reasonParts } from './reason-parts.js';
import { shownReason } from './shown-reason.js';

export interface SituationProps {
  readonly account: AccountView;
  /** How far its login has come, 0 to 100; null: nobody said. */
  readonly loading: number | null;
  /** Newest first; null: not read yet. */
  readonly history: readonly TransitionView[] | null;
}

/** What is going on with the account now, in words, with what a person is expected to do. */
export function Situation({ account, loading, history }: SituationProps) {
  const { words } = useWords();
  const { status } = account;
  const why = shownReason(account);
  return (
    <>
      {why && <Why account={account} reason={why} step={entryOf(history, account)} />}
      {status === 'QR_READY' && <Pairing account={account} />}
      {status === 'CONNECTING' && !why && <Progress text={words.account.settling} percent={null} />}
      {status === 'AUTHENTICATING' && <Progress text={words.account.authenticating} percent={loading} />}
      {status === 'DISCONNECTED' && !why && <p className="resting">{words.account.resting}</p>}
    </>
  );
}

interface WhyProps {
  readonly account: AccountView;
  readonly reason: ReasonView;
  /** Null: not among the steps that were read. */
  readonly step: TransitionView | null;
}

function Why({ account, reason, step }: WhyProps) {
  const { words, language } = useWords();
  const now = useServerNow();
  const { status, restarts } = account;
  const next = restarts.nextAttemptAt;
  // Of a fall the reason only says what happened; others say what to do.
  const gaveUp = status === 'FAILED' && reason.class === 'crash';
  const [happened, advice] = reasonParts(isReasonCode(reason.code) ? words.reasons[reason.code] : reason.message);
  const tone = status === 'FAILED' ? 'bad' : reason.who === 'nobody' ? 'calm' : 'warn';
  return (
    <Notice tone={tone} title={happened}>
      {advice !== '' && <p>{advice}</p>}
      {gaveUp && <p>{reason.who === 'developer' ? words.who.developerAfterFalls : words.who.operatorAfterFalls}</p>}
      <p className="who">
        {words.who.title}: <strong>{words.who[reason.who]}</strong>
        {next && ` · ${words.fleet.retryAt(formatDuration(Date.parse(next) - now, language))}`}
      </p>
      {PAGES.inspector && step && (
        <p>
          <a href={inspectorHref(account.id, step.seq)}>{words.history.inspect}</a>
        </p>
      )}
    </Notice>
  );
}

/** The step by which it came into its status, however often it has moved within that since; for a connected one, degraded. */
function entryOf(history: SituationProps['history'], { status, detail }: AccountView): TransitionView | null {
  const isIn = (state: string | null | undefined): boolean =>
    status === 'CONNECTED' ? state === detail : state?.split('.', 1)[0] === status;
  return history?.find(({ from, to }) => isIn(to) && !isIn(from)) ?? null;
}

interface ProgressProps {
  readonly text: string;
  /** Null: nobody knows how far it is, so something only moves. */
  readonly percent: number | null;
}

function Progress({ text, percent }: ProgressProps) {
  const { words, language } = useWords();
  const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  return (
    <div className="progress card">
      {percent === null ? (
        <span className="progress-bar" aria-hidden="true" />
      ) : (
        <progress max={100} value={percent} aria-label={words.account.loaded} />
      )}
      <span role="status">{text}</span>
      {percent !== null && <span className="progress-share number">{share.format(percent / 100)}</span>}
    </div>
  );
}
