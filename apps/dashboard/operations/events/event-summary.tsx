import { readEvent } from '#libs/contracts/event-data';
import type { LoggedEvent } from '#libs/contracts/event-log';
import type { MessageView } from '#libs/contracts/message';
import { StatusMark } from '../../parts/status-mark.js';
import { useWords } from '../../parts/shell.js';

/** What happened, in a line. What this page does not know, it leaves to the data below. */
export function EventSummary({ event }: { readonly event: LoggedEvent }) {
  const told = readEventOrNothing(event);
  if (told === null) return null;
  if (told.event === 'account.changed') {
    const { state, transitions } = told.data;
    const cause = transitions.at(-1)?.event;
    return (
      <>
        <StatusMark status={state.status} />
        <code className="secondary">
          {state.detail}
          {cause && ` · ${cause}`}
        </code>
      </>
    );
  }
  if ('message' in told.data) return <MessageSummary message={told.data.message} />;
  if ('label' in told.data) return <span>{told.data.label}</span>;
  if ('by' in told.data) return <code>{told.data.by}</code>;
  if ('eventId' in told.data) return <code>{told.data.event}</code>;
  return null;
}

/** A younger Muster may tell what this page can’t read. */
function readEventOrNothing(event: LoggedEvent): ReturnType<typeof readEvent> {
  try {
    return readEvent(event);
  } catch {
    return null;
  }
}

function MessageSummary({ message }: { readonly message: MessageView }) {
  const { words } = useWords();
  const { direction, to, from, text, kind, status } = message;
  return (
    <>
      <span className="secondary">
        {direction === 'out' ? `→ ${to}` : `← ${from}`} · {words.messages.status[status]}
      </span>
      <span className="ops-event-text">{text ?? words.messages.kinds[kind]}</span>
    </>
  );
}
