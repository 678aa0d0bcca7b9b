import { useNow, useWords } from '../parts/shell.js';
import { formatDuration, formatMoment } from '../parts/time.js';

export interface TimeLeftProps {
  /** By the browser's clock. */
  readonly endsAtMs: number;
  /** The same as it was told. */
  readonly until: string;
  /** What is shown when it is over. */
  readonly over: string;
  /** Less than this is marked; not given: nothing is. */
  readonly shortMs?: number;
}

export function TimeLeft({ endsAtMs, until, over, shortMs = -Infinity }: TimeLeftProps) {
  const { words, language } = useWords();
  const now = useNow();
  const leftMs = endsAtMs - now;
  return (
    <time
      dateTime={until}
      title={words.leases.live.until(formatMoment(until, now, language))}
      data-short={leftMs < shortMs || undefined}
    >
      {leftMs <= 0 ? over : formatDuration(leftMs, language)}
    </time>
  );
}
