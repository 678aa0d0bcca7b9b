import type { HealthPage } from '#libs/contracts/account-manager/account-health';
import { formatNumber } from '../parts/figures.js';
import { useWords } from '../parts/shell.js';

const NAMES = ['healthy', 'leased', 'cooling', 'disabled'] as const;

export interface LeaseCountsProps {
  readonly counts: HealthPage['counts'];
  readonly waiting: number;
}

/** One that is leased, or rests, is counted under that, too: these are no parts of a whole. */
export function LeaseCounts({ counts, waiting }: LeaseCountsProps) {
  const { words, language } = useWords();
  const { title, names, of } = words.leases.counts;
  const told = [...NAMES.map((name) => [name, counts[name]] as const), ['waiting', waiting] as const];
  return (
    <dl className="card leases-counts" aria-label={title}>
      {told.map(([name, count]) => (
        <div key={name} data-count={name} data-none={count === 0 || undefined}>
          <dt>{names[name]}</dt>
          <dd>
            {formatNumber(count, language)}
            {name === 'healthy' && <span className="secondary"> {of(formatNumber(counts.total, language))}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
