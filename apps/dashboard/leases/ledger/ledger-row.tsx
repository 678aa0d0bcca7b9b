import { memo, useState } from 'react';
import type { LedgerLine } from '#libs/contracts/account-manager/ledger';
import { accountHref } from '../../parts/route.js';
import { useWords } from '../../parts/shell.js';
import { formatMoment } from '../../parts/time.js';
import { circumstancesOf, sentenceOf } from './ledger-sentence.js';

export interface LedgerRowProps {
  readonly line: LedgerLine;
  /** As people call it; empty: it is about none. */
  readonly account: string;
  /** Renewed once a minute. */
  readonly now: number;
  /** Somebody reads it. */
  readonly opened: () => void;
}

/** One line of the ledger, as a sentence; opened, all that was written down. */
export const LedgerRow = memo(function LedgerRow({ line, account, now, opened }: LedgerRowProps) {
  const { words, language } = useWords();
  const [isOpen, setOpen] = useState(false);
  const { at, what, decision } = line;
  return (
    <li className="ops-event leases-line" data-line={`${what} ${decision}`}>
      <details
        onToggle={({ newState }) => {
          setOpen(newState === 'open');
          if (newState === 'open') opened();
        }}
      >
        <summary>
          <time dateTime={at} title={at}>
            {formatMoment(at, now, language)}
          </time>
          <span className="leases-mark" data-tone={toneOf(decision)} aria-hidden="true" />
          <span className="leases-said">
            {sentenceOf(line, account, words.leases)}
            {circumstancesOf(line, words.leases).map((one, i) => (
              <span key={i} className="leases-circumstance">
                {one}
              </span>
            ))}
          </span>
        </summary>
        {isOpen && <More line={line} />}
      </details>
    </li>
  );
});

const GOOD: readonly string[] = ['granted', 'accepted', 'extended', 'allowed', 'done', 'recovered', 'lifted'];
const BAD: readonly string[] = ['refused', 'denied', 'ended', 'disabled', 'awaiting_login', 'stopped'];
const NOTABLE: readonly string[] = ['cooled', 'target_refused', 'retry', 'expired', 'assumed', 'unreserved'];

function toneOf(decision: string): 'ok' | 'bad' | 'warn' | 'rest' {
  if (GOOD.includes(decision)) return 'ok';
  if (BAD.includes(decision)) return 'bad';
  return NOTABLE.includes(decision) ? 'warn' : 'rest';
}

function More({ line }: Pick<LedgerRowProps, 'line'>) {
  const { words } = useWords();
  const told = words.leases.ledger.more;
  const { id, user_id: tenant, lease_id: lease, fence, account_id: account, details } = line;
  const facts = [
    [told.tenant, tenant],
    [told.lease, lease],
    [told.fence, fence],
    [told.line, id],
  ] as const;
  return (
    <div className="ops-event-more">
      <p className="secondary leases-facts">
        {facts.map(([name, value]) => value !== null && <span key={name}>{`${name} ${value}`}</span>)}
        {account !== null && <a href={accountHref(account)}>{told.link}</a>}
      </p>
      {details !== null && (
        <pre tabIndex={0} aria-label={told.title}>
          {JSON.stringify(details, null, 2)}
        </pre>
      )}
    </div>
  );
}
