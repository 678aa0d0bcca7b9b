import {
  LOGGED_EVENTS,
  type ListEvents,
  type LoggedEvent,
  loggedEventSchema,
  type Topic,
} from '#libs/contracts/event-log';
import type { SearchEvents } from '#libs/contracts/event-search';
import type { OperationAnswer } from '#libs/contracts/operations';
import { parseAnswer } from '#libs/contracts/parse';
import type { StreamFrame } from '#libs/contracts/stream';
import { pagesOf } from './pages.js';
import type { OpenStream } from './stream.client.js';
import type { Transport } from './transport.js';

export interface FollowOptions {
  /** The cursor of an event, or of a page. Not given: from the oldest that is kept. */
  readonly after?: string;
  readonly topics?: readonly Exclude<Topic, 'supervisor' | 'health'>[];
  readonly accountId?: string;
  readonly signal?: AbortSignal;
}

export interface EventsClient {
  page(query?: ListEvents): Promise<OperationAnswer<'listEvents'>>;
  /** Newest first, a part of the log at a time: go on with `before` = `nextCursor`, also after an empty page. */
  search(query?: SearchEvents): Promise<OperationAnswer<'searchEvents'>>;
  /** Oldest first, up to the end of the log as it is then. */
  all(query?: ListEvents): AsyncGenerator<LoggedEvent, void, undefined>;
  /**
   * For ever: what is in the log, then what happens, by the stream. Each once, in order. Keep the `cursor` of what was
   * done with, and a later process goes on from there. Rejects with MusterStreamError when that is not kept any more.
   */
  follow(options?: FollowOptions): AsyncGenerator<LoggedEvent, void, undefined>;
}

export function createEventsClient({ call }: Transport, openStream: OpenStream): EventsClient {
  const page = (query: ListEvents = {}) => call('listEvents', { query });
  const all = (query: ListEvents = {}) => pagesOf((after) => page({ ...query, after: after ?? query.after }));
  const search = (query: SearchEvents = {}) => call('searchEvents', { query });
  return { page, search, all, follow: (options = {}) => follow(all, openStream, options) };
}

const LOGGED_TOPICS = [...new Set(Object.values(LOGGED_EVENTS))];

async function* follow(
  all: EventsClient['all'],
  openStream: OpenStream,
  { after, topics = LOGGED_TOPICS, accountId, signal }: FollowOptions,
): AsyncGenerator<LoggedEvent, void, undefined> {
  const query = { topics: topics.join(), accountId };
  let since = after;
  if (since === undefined)
    for await (const event of all(query)) {
      yield event;
      if (signal?.aborted) return;
      since = event.cursor;
    }
  const accounts = accountId === undefined ? undefined : [accountId];
  const stream = openStream({ topics, accounts, since, signal });
  try {
    const seen = new Set<string>();
    if (since === undefined) {
      // The log was empty, so there was no place to begin at: what came since then is read once more.
      await stream.untilLive();
      for await (const event of all(query)) {
        seen.add(event.id);
        yield event;
      }
    }
    for await (const frame of stream)
      if (isLogged(frame) && !seen.has(frame.id)) yield parseAnswer(loggedEventSchema, frame);
  } finally {
    stream.close();
  }
}

const isLogged = (frame: StreamFrame): frame is StreamFrame & { readonly id: string } => frame.id !== null;
