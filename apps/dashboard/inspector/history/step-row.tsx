import { memo } from 'react';
import type { AccountStatus } from '#libs/contracts/account';
import type { TransitionView } from '#libs/contracts/transition';
import { useNow, useWords } from '../../parts/shell.js';
import { formatHeld, formatMoment } from '../../parts/time.js';
import { speakerOf } from '../chart/ways.js';
import { useTellCause } from './cause.js';

interface StepRowProps {
  readonly step: TransitionView;
  readonly isChosen: boolean;
  /** Of all rows one is a tab stop; arrow keys lead to the others. */
  readonly isStop: boolean;
  readonly go: (seq: number) => void;
}

export const StepRow = memo(function StepRow({ step, isChosen, isStop, go }: StepRowProps) {
  const { words, language } = useWords();
  const now = useNow(60_000);
  const tell = useTellCause();
  const { seq, at, from, to, event, cause, incarnation, epoch, heldMs } = step;
  const { held, session, epochs } = words.inspector.timeline;
  return (
    <li className="step-row" data-status={to.split('.', 1)[0] as AccountStatus}>
      <button
        type="button"
        data-seq={seq}
        tabIndex={isStop ? 0 : -1}
        aria-current={isChosen ? 'step' : undefined}
        onClick={() => go(seq)}
      >
        <span className="status-dot" aria-hidden="true" />
        <span className="step-body">
          <span className="step-line">
            <span className="way-event" data-speaker={speakerOf(event)}>
              <i aria-hidden="true" />
              <code>{event}</code>
            </span>
            <time dateTime={at} title={at}>
              {formatMoment(at, now, language)}
            </time>
          </span>
          <span className="step-way">
            {from !== null && <code>{from}</code>}
            <span aria-hidden="true"> → </span>
            <code className="step-to">{to}</code>
          </span>
          {cause !== null && <span className="step-cause">{tell(cause)}</span>}
          <span className="step-meta">
            <span>#{seq}</span>
            {from !== null && <span>{held(formatHeld(heldMs, language))}</span>}
            {incarnation > 0 && <span>{session(incarnation)}</span>}
            <span>{epochs(epoch)}</span>
          </span>
        </span>
      </button>
    </li>
  );
});
