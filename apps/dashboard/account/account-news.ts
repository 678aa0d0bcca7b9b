import { type TypedEvent } from '#libs/contracts/event-data';
import type { MessageView } from '#libs/contracts/message';
import type { OutboxView } from '#libs/contracts/outbox';
import type { TransitionView } from '#libs/contracts/transition';

/** What is known of one account beside its status. */
export interface AccountNews {
  /** Newest first; null until it was read. */
  readonly history: readonly TransitionView[] | null;
  /** There are steps before the last one of `history`. */
  readonly hasOlderSteps: boolean;
  /** Oldest first; null until they were read. */
  readonly messages: readonly MessageView[] | null;
  /** Where the messages before the first one are read; null: there are none. */
  readonly olderMessages: string | null;
  /** Null until it was read. */
  readonly outbox: OutboxView | null;
  /** How far the login has come, 0 to 100; null: nobody said. */
  readonly loading: number | null;
}
export const NO_NEWS: AccountNews = {
  history: null,
  hasOlderSteps: false,
  messages: null,
  olderMessages: null,
  outbox: null,
  loading: null,
};

/** Of each list; a page with more is slow to draw, and nobody reads it. What is older is in the API and its export. */
export const SHOWN_MAX = 1_000;

/** What is known after this event; an event that is older than what was read changes nothing. */
export function withEvent(news: AccountNews, told: TypedEvent): AccountNews {
  if (told.event === 'account.changed') {
    const loading = told.data.state.status === 'AUTHENTICATING' ? news.loading : null;
    const last = news.history?.[0]?.seq ?? 0;
    const fresh = told.data.transitions.filter(({ seq }) => seq > last);
    if (fresh.length === 0 && loading === news.loading) return news;
    return { ...withSteps(news, fresh, news.hasOlderSteps), loading };
  }
  if (!('message' in told.data)) return news;
  const { outbox } = news;
  const waitsMore = told.event === 'message.accepted' && outbox?.state === 'paused';
  const counted = waitsMore ? { ...news, outbox: { ...outbox, waiting: outbox.waiting + 1 } } : news;
  return withMessage(counted, told.data.message);
}

export function withSteps(news: AccountNews, more: readonly TransitionView[], hasOlderSteps: boolean): AccountNews {
  const all = [...(news.history ?? []), ...more].toSorted((a, b) => b.seq - a.seq);
  return { ...news, history: all.slice(0, SHOWN_MAX), hasOlderSteps: hasOlderSteps || all.length > SHOWN_MAX };
}

/** What a call answered, which the stream may have overtaken by then: of what is known the stream alone tells. */
export function withAccepted(news: AccountNews, message: MessageView): AccountNews {
  return news.messages?.some(({ id }) => id === message.id) ? news : withMessage(news, message);
}

export function withMessage(news: AccountNews, message: MessageView): AccountNews {
  return withMessages(news, [message], news.olderMessages);
}

/** One that is known already is replaced. Ids are UUIDv7: they order as the messages came. */
export function withMessages(
  news: AccountNews,
  more: readonly MessageView[],
  olderMessages: string | null,
): AccountNews {
  const byId = new Map([...(news.messages ?? []), ...more].map((message) => [message.id, message]));
  const messages = [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(-SHOWN_MAX);
  return { ...news, messages, olderMessages };
}
