import { isReasonCode } from '#libs/contracts/reasons';
import type { AccountStatus } from '#libs/contracts/account';
import type { TransitionView } from '#libs/contracts/transition';
import { Empty } from '../parts/notice.js';
import { useNow, useWords } from '../parts/shell.js';
import { formatDuration, formatMoment } from '../parts/time.js';

/** What happened to the account, and why, newest first. */
export function History({ steps }: { readonly steps: readonly TransitionView[] | null }) {
  const { words } = useWords();
  return (
    <section className="panel card" aria-labelledby="history-title">
      <h2 id="history-title">{words.account.tabs.history}</h2>
      {steps?.length === 0 && <Empty title={words.history.none} />}
      {steps !== null && steps.length > 0 && (
        <ol className="timeline" aria-label={words.history.log} tabIndex={0}>
          {steps.map((step) => (
            <Step key={step.seq} step={step} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Step({ step }: { readonly step: TransitionView }) {
  const { words, language } = useWords();
  const now = useNow(60_000);
  const { at, from, to, event, cause, incarnation, heldMs } = step;
  const [status = '', ...sub] = to.split('.');
  return (
    <li className="step" data-status={status as AccountStatus}>
      <span className="status-dot" aria-hidden="true" />
      <div className="step-text">
        <p>
          <strong>{words.status[status as AccountStatus] ?? status}</strong>
          {sub.length > 0 && <code> {sub.join('.')}</code>}
        </p>
        {cause !== null && <p>{isReasonCode(cause) ? words.reasons[cause] : cause}</p>}
        <p className="secondary">
          <code>{event}</code>
          {from !== null && ` · ${words.history.held(formatDuration(heldMs, language))}`}
          {incarnation > 0 && ` · ${words.history.session(incarnation)}`}
        </p>
      </div>
      <time className="secondary" dateTime={at}>
        {formatMoment(at, now, language)}
      </time>
    </li>
  );
}
