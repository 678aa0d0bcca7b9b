import { formatDuration } from '../../parts/time.js';

/** Many states last for moments only, and which of them took long is what one wants to see: below 10 s to the tenth. */
export function formatHeld(ms: number, language: string): string {
  if (ms >= 10_000) return formatDuration(ms, language);
  const [unit, count] = ms < 1_000 ? (['millisecond', ms] as const) : (['second', Math.round(ms / 100) / 10] as const);
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count);
}
