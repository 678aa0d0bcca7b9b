import { useState } from 'react';
import type { AccountView } from '#libs/contracts/account';
import { Confirm } from '../../account/confirm.js';
import { useAsked } from '../../parts/asked.js';
import { isolated } from '../../parts/isolated.js';
import { useShell, useWords } from '../../parts/shell.js';
import { shortDelay } from '../chart/edge-label.js';
import { commandOf, type PersonsCommand, speakerOf, type Way } from '../chart/ways.js';

export interface NextEventsProps {
  readonly account: AccountView;
  readonly ways: readonly Way[];
  /** Only the present can be changed. */
  readonly maySend: boolean;
  readonly point: (state: string | null) => void;
}

/** What may happen next in the state that is looked at, by the machine's definition; what a person may send can be sent. */
export function NextEvents({ account, ways, maySend, point }: NextEventsProps) {
  const { words } = useWords();
  const { title, none } = words.inspector.next;
  const told = ways.filter(({ to, actions }) => to !== null || actions.length > 0);
  const events = [...new Set(told.map(({ event }) => event))];
  return (
    <section className="ways" aria-label={title}>
      <h3>{title}</h3>
      {maySend && <Commands account={account} events={events} />}
      {events.length === 0 && <p className="secondary">{none}</p>}
      <ul>
        {events.map((event) => (
          <li key={event}>
            <Event event={event} outcomes={told.filter((way) => way.event === event)} point={point} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface EventProps {
  readonly event: string;
  /** In the order in which they are tried. */
  readonly outcomes: readonly Way[];
  readonly point: (state: string | null) => void;
}

function Event({ event, outcomes, point }: EventProps) {
  const { words, language } = useWords();
  const { stays, inCase, otherwise } = words.inspector.next;
  const delayMs = outcomes.find((way) => way.delayMs !== null)?.delayMs ?? null;
  return (
    <>
      <span className="way-event" data-speaker={speakerOf(event)} title={words.inspector.speakers[speakerOf(event)]}>
        <i aria-hidden="true" />
        <code>{event}</code>
        {delayMs !== null && <span className="secondary">{shortDelay(delayMs, language)}</span>}
      </span>
      <ul className="way-outcomes">
        {outcomes.map(({ lands, guard }, i) => (
          <li key={i} onPointerEnter={() => point(lands)} onPointerLeave={() => point(null)}>
            {guard !== null && (
              <span className="secondary way-guard">
                {inCase} <code>{guard}</code>
              </span>
            )}
            {guard === null && outcomes.length > 1 && <span className="secondary">{otherwise}</span>}
            <span className="way-lands">
              <span aria-hidden="true">→</span>{' '}
              {lands === null ? <span className="secondary">{stays}</span> : <code>{lands}</code>}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Commands({ account, events }: { readonly account: AccountView; readonly events: readonly string[] }) {
  const { words } = useWords();
  const { muster } = useShell();
  const { busy, command: ask } = useAsked();
  const [isLeaving, setLeaving] = useState(false);
  const commands = events.flatMap((event) => commandOf(event) ?? []);
  const send = (name: PersonsCommand): void =>
    ask(async (under) => {
      await muster.accounts[name](account.id, under); // what comes of it, the stream tells
      setLeaving(false);
    });
  if (commands.length === 0) return null;
  return (
    <div className="way-commands">
      {commands.map((name) => (
        <button
          key={name}
          type="button"
          className="button"
          disabled={busy}
          onClick={() => (name === 'logout' ? setLeaving(true) : send(name))}
        >
          {words.account[name]}
        </button>
      ))}
      {isLeaving && (
        <Confirm
          title={words.leave.title(isolated(account.label))}
          yes={words.account.logout}
          busy={busy}
          act={() => send('logout')}
          close={() => setLeaving(false)}
        >
          <p>{words.leave.text}</p>
        </Confirm>
      )}
    </div>
  );
}
