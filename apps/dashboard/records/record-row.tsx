import { type ReactNode, useState } from 'react';
import { useWords } from '../parts/shell.js';
import { formatMoment } from '../parts/time.js';

export interface RecordRowProps {
  readonly at: string;
  /** Renewed once a minute. */
  readonly now: number;
  readonly kind: string;
  /** What is seen of it beside its time. */
  readonly children: ReactNode;
  /** Made when it is opened: there are a thousand of them. */
  readonly more: () => ReactNode;
  /** Somebody reads it. */
  readonly opened: () => void;
}

/** A line about what happened, and when; opened, all that was written down. */
export function RecordRow({ at, now, kind, children, more, opened }: RecordRowProps) {
  const { language } = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <li className={`record ${kind}`}>
      <details
        onToggle={({ newState }) => {
          setOpen(newState === 'open');
          if (newState === 'open') opened();
        }}
      >
        <summary>
          <time dateTime={at} title={at}>
            {formatMoment(at, now, language)}
          </time>
          {children}
        </summary>
        {isOpen && <div className="record-more">{more()}</div>}
      </details>
    </li>
  );
}
