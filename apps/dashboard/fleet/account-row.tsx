import { memo } from 'react';
import type { AccountView } from '#libs/contracts/account';
import { shownReason } from '../account/shown-reason.js';
import { formatMemory } from '../parts/memory.js';
import { nodeName } from '../parts/node-name.js';
import { accountHref } from '../parts/route.js';
import { useServerNow, useWords } from '../parts/shell.js';
import { StatusMark } from '../parts/status-mark.js';
import { formatDuration } from '../parts/time.js';

export interface AccountRowProps {
  readonly account: AccountView;
  readonly index: number;
  /** From the top of the table's body, in pixels. */
  readonly top: number;
}

export const AccountRow = memo(function AccountRow({ account, index, top }: AccountRowProps) {
  const { words, language } = useWords();
  const { label, provider, phone, status, detail, restarts, node, browser } = account;
  return (
    <div className="row" role="row" aria-rowindex={index + 2} style={{ transform: `translateY(${top}px)` }}>
      <div role="cell" className="cell-account">
        <a href={accountHref(account.id)}>{label}</a>
        <span className="secondary">
          {words.provider[provider]}
          {phone && ` · ${phone}`}
        </span>
      </div>
      <div role="cell" className="cell-status">
        <StatusMark status={status} />
      </div>
      <div role="cell" className="cell-detail">
        <Detail account={account} text={detail} />
      </div>
      <div role="cell" className="number cell-since">
        <Since iso={account.since} />
      </div>
      <div role="cell" className="number cell-restarts">
        {restarts.count || <span className="nothing">–</span>}
      </div>
      <div role="cell" className="cell-node" title={node ?? undefined}>
        {node ? nodeName(node) : <span className="nothing">–</span>}
      </div>
      <div role="cell" className="number cell-memory">
        {browser ? formatMemory(browser.memoryMb, language) : <span className="nothing">–</span>}
      </div>
    </div>
  );
});

/** Of what is not well, the reason says more than the name of a state. */
function Detail({ account, text }: { readonly account: AccountView; readonly text: string }) {
  const { words } = useWords();
  const reason = shownReason(account);
  if (reason) {
    const told = words.reasons[reason.code as keyof typeof words.reasons];
    return <span title={told}>{told}</span>;
  }
  const [, inside] = text.split('.');
  return inside ? <code>{inside}</code> : <span className="nothing">–</span>;
}

function Since({ iso }: { readonly iso: string }) {
  const now = useServerNow();
  const { language } = useWords();
  return <time dateTime={iso}>{formatDuration(now - Date.parse(iso), language)}</time>;
}
