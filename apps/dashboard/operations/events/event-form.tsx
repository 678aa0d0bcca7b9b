import { type ReactNode, useState } from 'react';
import { LOGGED_EVENT_NAMES, LOGGED_EVENTS, type LoggedEventName } from '#libs/contracts/event-log';
import { EVENT_SEARCH_CHARS_MAX } from '#libs/contracts/limits/news';
import { useFleet, useWords } from '../../parts/shell.js';
import { type EventFilter, LOGGED_TOPICS, type LoggedTopic, NO_EVENT_FILTER } from './event-filter.js';

export interface EventFormProps {
  readonly filter: EventFilter;
  /** Changes that take effect at once: what is chosen. Text and times take effect when they are typed to their end. */
  readonly choose: (filter: EventFilter) => void;
}

export function EventForm({ filter, choose }: EventFormProps) {
  const { words } = useWords();
  const [typed, setTyped] = useState(filter);
  const told = words.operations.events;
  const isEmpty = JSON.stringify(typed) === JSON.stringify(NO_EVENT_FILTER);
  const set = (next: EventFilter): void => {
    setTyped(next);
    choose(next);
  };
  return (
    <form
      className="ops-form"
      role="search"
      aria-label={told.title}
      onSubmit={(event) => {
        event.preventDefault();
        choose(typed);
      }}
    >
      <Field label={told.search} wide>
        <input
          type="search"
          value={typed.text}
          placeholder={told.searchHint}
          maxLength={EVENT_SEARCH_CHARS_MAX}
          onChange={({ target }) => setTyped({ ...typed, text: target.value })}
        />
      </Field>
      <Choices filter={typed} choose={set} />
      {(['from', 'to'] as const).map((end) => (
        <Field key={end} label={told[end]}>
          <input
            type="datetime-local"
            step={1}
            value={typed[end]}
            onChange={({ target }) => setTyped({ ...typed, [end]: target.value })}
          />
        </Field>
      ))}
      <div className="ops-actions">
        <button type="submit" className="button primary">
          {told.find}
        </button>
        <button type="button" className="button" disabled={isEmpty} onClick={() => set(NO_EVENT_FILTER)}>
          {told.reset}
        </button>
      </div>
    </form>
  );
}

function Choices({ filter, choose }: EventFormProps) {
  const { words } = useWords();
  const { accounts } = useFleet();
  const told = words.operations.events;
  const names = LOGGED_EVENT_NAMES.filter((name) => filter.topic === null || LOGGED_EVENTS[name] === filter.topic);
  return (
    <>
      <Field label={told.topic}>
        <select
          value={filter.topic ?? ''}
          onChange={({ target }) =>
            choose({ ...filter, topic: (target.value || null) as LoggedTopic | null, event: null })
          }
        >
          <option value="">{told.anyTopic}</option>
          {LOGGED_TOPICS.map((topic) => (
            <option key={topic} value={topic}>
              {told.topics[topic]}
            </option>
          ))}
        </select>
      </Field>
      <Field label={told.name}>
        <select
          value={filter.event ?? ''}
          onChange={({ target }) => choose({ ...filter, event: (target.value || null) as LoggedEventName | null })}
        >
          <option value="">{told.anyName}</option>
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </Field>
      <Field label={told.account} wide>
        <select
          value={filter.accountId ?? ''}
          onChange={({ target }) => choose({ ...filter, accountId: target.value || null })}
        >
          <option value="">{told.anyAccount}</option>
          {accounts.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </Field>
    </>
  );
}

interface FieldProps {
  readonly label: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

function Field({ label, wide, children }: FieldProps) {
  return (
    <label className="ops-field" data-wide={wide || undefined}>
      {label}
      {children}
    </label>
  );
}
