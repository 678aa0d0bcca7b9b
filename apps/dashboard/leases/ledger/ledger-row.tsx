import { memo } from 'react';
import type { LedgerLine } from '#libs/contracts/account-manager/ledger';
import { accountHref } from '../../parts/route.js';
import { useWords } from '../../parts/shell.js';
import { RecordRow } from '../../records/record-row.js';
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
  const { words } = useWords();
  return (
    <RecordRow at={line.at} now={now} kind="leases-line" opened={opened} more={() => <More line={line} />}>
      <span className="leases-mark" data-tone={toneOf(line.decision)} aria-hidden="true" />
      <span className="leases-said">
        {sentenceOf(line, account, words.leases)}
        {circumstancesOf(line, words.leases).map((one, i) => (
          <span key={i} className="leases-circumstance">
            {one}
          </span>
        ))}
      </span>
    </RecordRow>
  );
});

const GOOD: readonly string[] = ['granted', 'accepted', 'extended', 'allowed', 'done', 'recovered', 'lifted'];
const BAD: readonly string[] = ['refused', 'turned_away', 'denied', 'ended', 'disabled', 'awaiting_login', 'stopped'];
const NOTABLE: readonly string[] = [
  'cooled',
  'target_refused',
  'not_possible',
  'retry',
  'expired',
  'assumed',
  'unreserved',
  'overridden',
];

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
    <>
      <p className="secondary leases-facts">
        {facts.map(([name, value]) => value !== null && <span key={name}>{`${name} ${value}`}</span>)}
        {account !== null && <a href={accountHref(account)}>{told.link}</a>}
      </p>
      {details !== null && (
        <pre tabIndex={0} aria-label={told.title}>
          {JSON.stringify(details, null, 2)}
        </pre>
      )}
    </>
  );
}
