import type { SearchEvents } from '#libs/contracts/event-search';
import { LOGGED_EVENTS, type LoggedEvent, type LoggedEventName } from '#libs/contracts/event-log';

export type LoggedTopic = (typeof LOGGED_EVENTS)[LoggedEventName];
export const LOGGED_TOPICS: readonly LoggedTopic[] = [...new Set(Object.values(LOGGED_EVENTS))];

export interface EventFilter {
  readonly text: string;
  readonly topic: LoggedTopic | null;
  readonly event: LoggedEventName | null;
  readonly accountId: string | null;
  /** As a field for date and time gives them, in the time of whoever looks; empty: none. */
  readonly from: string;
  readonly to: string;
}
export const NO_EVENT_FILTER: EventFilter = {
  text: '',
  topic: null,
  event: null,
  accountId: null,
  from: '',
  to: '',
};

export function toSearch({ text, topic, event, accountId, from, to }: EventFilter): SearchEvents {
  return {
    text: text.trim() || undefined,
    topics: topic ?? undefined,
    events: event ?? undefined,
    accountId: accountId ?? undefined,
    from: from ? new Date(from).toISOString() : undefined,
    to: to ? new Date(to).toISOString() : undefined,
  };
}

/** Would a search for this have found it? The same question for what is told live. */
export function fits(told: LoggedEvent, { text, topic, event, accountId, from, to }: EventFilter): boolean {
  const at = Date.parse(told.at);
  return (
    (topic === null || told.topic === topic) &&
    (event === null || told.event === event) &&
    (accountId === null || told.accountId === accountId) &&
    (from === '' || at >= Date.parse(from)) &&
    (to === '' || at <= Date.parse(to)) &&
    (text.trim() === '' || JSON.stringify(told.data).toLowerCase().includes(patternOf(text)))
  );
}

/** As it stands inside JSON. */
const patternOf = (text: string): string => JSON.stringify(text.trim().toLowerCase()).slice(1, -1);
