import { formatNumber } from '../parts/figures.js';
import { useWords } from '../parts/shell.js';

/** From so much of the limit on it is worth a look. */
const NEARLY = 0.8;

export interface MeterProps {
  readonly name: string;
  readonly used: number;
  readonly limit: number;
  /** What else is to be known of it. */
  readonly more: string | null;
}

/** How much of a limit is used: quiet, until little is left. */
export function Meter({ name, used, limit, more }: MeterProps) {
  const { words, language } = useWords();
  const part = limit === 0 ? 1 : Math.min(1, used / limit);
  const text = words.leases.usage.used(formatNumber(used, language), formatNumber(limit, language));
  return (
    <div className="leases-meter" data-tone={part >= 1 ? 'bad' : part >= NEARLY ? 'warn' : undefined}>
      <span className="leases-meter-name" title={name}>
        {name}
      </span>
      <span className="number">
        {more && <span className="secondary">{more} · </span>}
        {text}
      </span>
      <div
        className="leases-meter-bar"
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(used, limit)}
        aria-valuetext={text}
      >
        <span style={{ width: `${part * 100}%` }} />
      </div>
    </div>
  );
}
