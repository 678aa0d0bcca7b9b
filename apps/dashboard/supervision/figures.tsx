import { formatMemory } from '../parts/memory.js';
import { useNow, useWords } from '../parts/shell.js';
import { formatDuration } from '../parts/time.js';
import type { IntensityView } from '#libs/contracts/supervision';

/** One mark for each crash that is allowed, as long as they can be told apart by eye. */
const PIPS_MAX = 10;

/** How much of an intensity is used; `worst`: it is that of one child among many. */
export function Intensity({
  intensity,
  worst = false,
}: {
  readonly intensity: IntensityView;
  readonly worst?: boolean;
}) {
  const { words, language } = useWords();
  const { used, restartsMax, windowMs } = intensity;
  const told = words.supervision.crashes(String(used), String(restartsMax), formatDuration(windowMs, language));
  const label = worst ? `${told}, ${words.supervision.worst}` : told;
  const tone = used > restartsMax ? 'bad' : used > 0 ? 'wait' : 'rest';
  return (
    <span
      className="pips"
      data-tone={tone}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(restartsMax, used)}
      aria-valuenow={used}
      title={label}
    >
      {restartsMax <= PIPS_MAX &&
        Array.from({ length: restartsMax }, (_, at) => (
          <i key={at} data-on={at < used || undefined} aria-hidden="true" />
        ))}
      <b aria-hidden="true">
        {used}/{restartsMax}
      </b>
    </span>
  );
}

/** Memory, against what a browser may take before it is replaced; without a budget the figure alone. */
export function Memory({ mb, budgetMb = null }: { readonly mb: number | null; readonly budgetMb?: number | null }) {
  const { words, language } = useWords();
  if (mb === null) return <span className="nothing">–</span>;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  if (budgetMb === null) return <span className="memory number">{formatMemory(mb, language)}</span>;
  const label = words.supervision.ofBudget(number.format(mb), number.format(budgetMb));
  const share = Math.min(1, mb / Math.max(1, budgetMb));
  return (
    <span
      className="memory number"
      data-tone={share >= 1 ? 'bad' : share > 0.8 ? 'wait' : 'rest'}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(budgetMb, mb)}
      aria-valuenow={mb}
      title={label}
    >
      {formatMemory(mb, language)}
      <i aria-hidden="true">
        <i style={{ inlineSize: `${Math.max(2, share * 100)}%` }} />
      </i>
    </span>
  );
}

/** How long it has been so, by the clock of the node. */
export function Since({ iso, aheadMs }: { readonly iso: string; readonly aheadMs: number }) {
  const { language } = useWords();
  const now = useNow();
  return <time dateTime={iso}>{formatDuration(now + aheadMs - Date.parse(iso), language)}</time>;
}

export interface CountdownProps {
  readonly iso: string;
  readonly aheadMs: number;
  readonly tell: (time: string) => string;
}

export function Countdown({ iso, aheadMs, tell }: CountdownProps) {
  const { words, language } = useWords();
  const now = useNow();
  const leftMs = Date.parse(iso) - (now + aheadMs);
  // Whole seconds that are still to come: at the end “1 sec”, never “0 sec”.
  return (
    <>{leftMs > 0 ? tell(formatDuration(Math.ceil(leftMs / 1_000) * 1_000, language)) : words.supervision.tryNow}</>
  );
}
