import { memo, useState } from 'react';
import type { LoggedEvent } from '#libs/contracts/event-log';
import { accountHref } from '../../parts/route.js';
import { useWords } from '../../parts/shell.js';
import { formatMoment } from '../../parts/time.js';
import { formatNumber } from '../../parts/figures.js';
import { EventSummary } from './event-summary.js';

/** A message may be 64 k characters long; a page of them would take seconds to lay out. */
const DATA_CHARS_MAX = 20_000;

export interface EventRowProps {
  readonly event: LoggedEvent;
  /** Whose it is, as people call it; empty: nobody’s. */
  readonly account: string;
  /** Renewed once a minute. */
  readonly now: number;
  /** Somebody reads it. */
  readonly opened: () => void;
}

/** One line of the log; opened, all that it holds. */
export const EventRow = memo(function EventRow({ event, account, now, opened }: EventRowProps) {
  const { language } = useWords();
  const [isOpen, setOpen] = useState(false);
  const { at, event: name } = event;
  return (
    <li className="ops-event" data-event={name}>
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
          <code className="ops-event-name">{name}</code>
          <span className="ops-event-account">{account}</span>
          <span className="ops-event-summary">
            <EventSummary event={event} />
          </span>
        </summary>
        {isOpen && <More event={event} />}
      </details>
    </li>
  );
});

function More({ event }: Pick<EventRowProps, 'event'>) {
  const { words } = useWords();
  const { id, accountId } = event;
  return (
    <div className="ops-event-more">
      <p className="secondary">
        {words.operations.events.id(id)}
        {accountId !== null && (
          <>
            {' · '}
            <a href={accountHref(accountId)}>{words.operations.events.link}</a>
          </>
        )}
      </p>
      <Data event={event} />
    </div>
  );
}

function Data({ event: { data } }: Pick<EventRowProps, 'event'>) {
  const { words, language } = useWords();
  const text = JSON.stringify(data, null, 2);
  return (
    <>
      <pre tabIndex={0} aria-label={words.operations.events.data}>
        {text.slice(0, DATA_CHARS_MAX)}
      </pre>
      {text.length > DATA_CHARS_MAX && (
        <p className="secondary">{words.operations.events.about(formatNumber(DATA_CHARS_MAX, language))}</p>
      )}
    </>
  );
}
