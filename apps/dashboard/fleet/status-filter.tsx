import { ACCOUNT_STATUSES, type AccountStatus } from '#libs/contracts/account';
import { useWords } from '../parts/shell.js';
import type { StatusCounts } from './fleet-filter.js';

export interface StatusFilterProps {
  /** Null: not known yet. */
  readonly counts: StatusCounts | null;
  readonly chosen: AccountStatus | null;
  readonly choose: (status: AccountStatus | null) => void;
}

/** The numbers are the filter: what one sees is what one clicks. */
export function StatusFilter({ counts, chosen, choose }: StatusFilterProps) {
  const { words, language } = useWords();
  const number = new Intl.NumberFormat(language);
  const all = counts && Object.values(counts).reduce((sum, count) => sum + count, 0);
  const told = (count: number | null | undefined): string => (typeof count === 'number' ? number.format(count) : '–');
  return (
    <div className="counts" role="group" aria-label={words.fleet.byStatus}>
      <button type="button" className="count" aria-pressed={chosen === null} onClick={() => choose(null)}>
        <span className="count-number">{told(all)}</span>
        <span className="count-name">{words.fleet.all}</span>
      </button>
      {ACCOUNT_STATUSES.toReversed().map((status) => (
        <button
          key={status}
          type="button"
          className="count"
          data-status={status}
          data-none={!counts?.[status] || undefined}
          aria-pressed={chosen === status}
          onClick={() => choose(chosen === status ? null : status)}
        >
          <span className="count-number">{told(counts?.[status])}</span>
          <span className="count-name">
            <span className="status-dot" aria-hidden="true" />
            {words.status[status]}
          </span>
        </button>
      ))}
    </div>
  );
}
