import type { TransitionView } from '#libs/contracts/transition';
import { NO_STEP } from '../parts/route.js';
import { useNow, useWords } from '../parts/shell.js';
import { formatDuration, formatMoment } from '../parts/time.js';

export interface TimeBarProps {
  /** The step that is looked at; null: now. */
  readonly at: number | null;
  readonly step: TransitionView | null;
  readonly older: number | null;
  /** `undefined`: there is nothing newer; null: now. */
  readonly newer: number | null | undefined;
  readonly go: (seq: number | null) => void;
}

/** Where in time one is, and the way through it. */
export function TimeBar({ at, step, older, newer, go }: TimeBarProps) {
  const { words, language } = useWords();
  const told = words.inspector.time;
  const now = useNow();
  return (
    <div className="time-bar" role="group" aria-label={told.label}>
      <button
        type="button"
        className="button"
        aria-label={told.older}
        title={`${told.older} (←)`}
        disabled={older === null}
        onClick={() => go(older)}
      >
        ←
      </button>
      <button
        type="button"
        className="button"
        aria-label={told.newer}
        title={`${told.newer} (→)`}
        disabled={newer === undefined}
        onClick={() => newer !== undefined && go(newer)}
      >
        →
      </button>
      <p className="time-place" data-past={at !== null || undefined} role="status">
        {at === null && <strong>{told.now}</strong>}
        {at !== null && (
          <>
            {at !== NO_STEP && <strong>{told.after(at)}</strong>}
            {step && (
              <span>
                {formatMoment(step.at, now, language)} · {told.ago(formatDuration(now - Date.parse(step.at), language))}
              </span>
            )}
          </>
        )}
      </p>
      {at !== null && (
        <button type="button" className="button primary" onClick={() => go(null)}>
          {told.back}
        </button>
      )}
    </div>
  );
}
