import { type ReactNode, useId, useState } from 'react';
import { useFleet, useWords } from '../parts/shell.js';
import { StatusMark } from '../parts/status-mark.js';
import { Usage } from './usage.js';

export interface AccountRowProps {
  readonly accountId: string;
  /** Of the row, with that of the account. */
  readonly columns: number;
  /** What else stands in the row. */
  readonly children: ReactNode;
}

/** A row about an account; opened, what it has used of its limits. */
export function AccountRow({ accountId, columns, children }: AccountRowProps) {
  const { words } = useWords();
  const { byId } = useFleet();
  const [isOpen, setOpen] = useState(false);
  const moreId = useId();
  const account = byId.get(accountId);
  const label = account?.label ?? accountId.slice(0, 8);
  return (
    <>
      <tr data-account={accountId}>
        <th scope="row">
          <button
            type="button"
            className="leases-toggle"
            aria-expanded={isOpen}
            aria-controls={isOpen ? moreId : undefined}
            aria-label={words.leases.live.limits(label)}
            onClick={() => setOpen(!isOpen)}
          >
            {label}
          </button>
          {account && account.status !== 'CONNECTED' && <StatusMark status={account.status} />}
        </th>
        {children}
      </tr>
      {isOpen && (
        <tr className="leases-more">
          <td colSpan={columns} id={moreId}>
            <Usage accountId={accountId} />
          </td>
        </tr>
      )}
    </>
  );
}
