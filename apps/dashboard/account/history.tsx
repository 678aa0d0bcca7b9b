import { memo } from 'react';
import { isReasonCode } from '#libs/contracts/reasons';
import type { AccountStatus } from '#libs/contracts/account';
import type { TransitionView } from '#libs/contracts/transition';
import { useAsked } from '../parts/asked.js';
import { Loading } from '../parts/loading.js';
import { Empty } from '../parts/notice.js';
import { PAGES } from '../pages.js';
import { inspectorHref } from '../parts/route.js';
import { useNow, useWords } from '../parts/shell.js';
import { formatHeld, formatMoment } from '../parts/time.js';
import type { Words } from '../words/en.js';
import { type AccountNews, SHOWN_MAX } from './account-news.js';

export interface HistoryProps {
  /** Its id. */
  readonly account: string;
  readonly news: AccountNews;
  readonly readOlder: (before: number) => Promise<void>;
}

/** What happened to the account, and why, newest first. */
export function History({ account, news: { history, hasOlderSteps }, readOlder }: HistoryProps) {
  const { words } = useWords();
  const { busy, ask } = useAsked();
  const now = useNow(60_000);
  return (
    <section className="panel card" aria-labelledby="history-title">
      <div className="panel-head">
        <h2 id="history-title">{words.account.tabs.history}</h2>
      </div>
      {history === null && <Loading />}
      {history?.length === 0 && <Empty title={words.history.none} />}
      {history !== null && history.length > 0 && (
        <ol className="timeline" aria-label={words.history.log} tabIndex={0}>
          {history.map((step) => (
            <Step key={step.seq} account={account} step={step} now={now} />
          ))}
          {hasOlderSteps && (
            <li className="older">
              {history.length < SHOWN_MAX ? (
                <button
                  type="button"
                  className="button quiet"
                  disabled={busy}
                  onClick={() => ask(() => readOlder(history.at(-1)!.seq))}
                >
                  {words.account.older}
                </button>
              ) : (
                <p className="hint">{words.account.olderElsewhere(SHOWN_MAX)}</p>
              )}
            </li>
          )}
        </ol>
      )}
    </section>
  );
}

/** So that a number does not stand alone on the next line. */
const NO_BREAK = '\u00a0';

interface StepProps {
  readonly account: string;
  readonly step: TransitionView;
  readonly now: number;
}

const Step = memo(function Step({ account, step, now }: StepProps) {
  const { words, language } = useWords();
  const { seq, at, from, to, event, cause, incarnation, heldMs } = step;
  const [status = '', ...sub] = to.split('.');
  const state = (
    <>
      <strong>{words.status[status as AccountStatus] ?? status}</strong>
      {sub.length > 0 && <code> {sub.join('.')}</code>}
    </>
  );
  return (
    <li className="step" data-status={status as AccountStatus}>
      <span className="status-dot" aria-hidden="true" />
      <div className="step-text">
        <p>
          {PAGES.inspector ? (
            <a href={inspectorHref(account, seq)} title={words.history.inspect}>
              {state}
            </a>
          ) : (
            state
          )}
        </p>
        {cause !== null && <p>{causeIn(words, cause)}</p>}
        <p className="secondary">
          <code>{event}</code>
          {from !== null && ` · ${words.history.held(formatHeld(heldMs, language))}`}
          {incarnation > 0 && ` · ${words.history.session(incarnation).replace(' ', NO_BREAK)}`}
        </p>
      </div>
      <time className="secondary" dateTime={at}>
        {formatMoment(at, now, language)}
      </time>
    </li>
  );
});

/** A reason, or who or what moved the machine otherwise. */
function causeIn({ reasons, history: { causes } }: Words, cause: string): string {
  return isReasonCode(cause) ? reasons[cause] : ((causes as Readonly<Record<string, string>>)[cause] ?? cause);
}
