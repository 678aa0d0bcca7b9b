import { useState } from 'react';
import { LOGGED_EVENT_NAMES, LOGGED_EVENTS, type LoggedEventName } from '#libs/contracts/event-log';
import { EVENT_SEARCH_CHARS_MAX } from '#libs/contracts/limits/news';
import { useWords } from '../../parts/shell.js';
import { AccountField, SearchField, SearchForm } from '../../records/search-form.js';
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
    <SearchForm label={told.title} isEmpty={isEmpty} search={() => choose(typed)} clear={() => set(NO_EVENT_FILTER)}>
      <SearchField label={told.search} wide>
        <input
          type="search"
          value={typed.text}
          placeholder={told.searchHint}
          maxLength={EVENT_SEARCH_CHARS_MAX}
          onChange={({ target }) => setTyped({ ...typed, text: target.value })}
        />
      </SearchField>
      <Choices filter={typed} choose={set} />
      {(['from', 'to'] as const).map((end) => (
        <SearchField key={end} label={told[end]}>
          <input
            type="datetime-local"
            step={1}
            value={typed[end]}
            onChange={({ target }) => setTyped({ ...typed, [end]: target.value })}
          />
        </SearchField>
      ))}
    </SearchForm>
  );
}

function Choices({ filter, choose }: EventFormProps) {
  const { words } = useWords();
  const told = words.operations.events;
  const names = LOGGED_EVENT_NAMES.filter((name) => filter.topic === null || LOGGED_EVENTS[name] === filter.topic);
  return (
    <>
      <SearchField label={told.topic}>
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
      </SearchField>
      <SearchField label={told.name}>
        <select
          value={filter.event ?? ''}
          onChange={({ target }) => choose({ ...filter, event: (target.value || null) as LoggedEventName | null })}
        >
          <option value="">{told.anyName}</option>
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </SearchField>
      <AccountField
        label={told.account}
        wide
        chosen={filter.accountId}
        choose={(accountId) => choose({ ...filter, accountId })}
      />
    </>
  );
}
