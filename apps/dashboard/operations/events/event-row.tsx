import { memo } from 'react';
import type { LoggedEvent } from '#libs/contracts/event-log';
import { accountHref } from '../../parts/route.js';
import { useWords } from '../../parts/shell.js';
import { formatNumber } from '../../parts/figures.js';
import { RecordRow } from '../../records/record-row.js';
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
  return (
    <RecordRow at={event.at} now={now} kind="ops-event" opened={opened} more={() => <More event={event} />}>
      <code className="ops-event-name">{event.event}</code>
      <span className="ops-event-account">{account}</span>
      <span className="ops-event-summary">
        <EventSummary event={event} />
      </span>
    </RecordRow>
  );
});

function More({ event }: Pick<EventRowProps, 'event'>) {
  const { words } = useWords();
  const { id, accountId } = event;
  return (
    <>
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
    </>
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
