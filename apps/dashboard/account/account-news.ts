import { readEvent, type TypedEvent } from '#libs/contracts/event-data';
import type { MessageView } from '#libs/contracts/message';
import type { TransitionView } from '#libs/contracts/transition';
import type { MusterClient } from '#libs/client/client';
import { MusterStreamError } from '#libs/client/stream-error';
import { liveOrReason } from '../parts/live.js';

export interface AccountNews {
  /** Newest first; null until it was read. */
  readonly history: readonly TransitionView[] | null;
  /** Oldest first; null until they were read. */
  readonly messages: readonly MessageView[] | null;
}
export const NO_NEWS: AccountNews = { history: null, messages: null };

/** Enough to see how it came to this; the whole history is in the API. */
const STEPS_SHOWN_MAX = 200;
const MESSAGES_SHOWN_MAX = 200;
const AGAIN_AFTER_MS = 2_000;

/** The steps and the messages of one account, read once and kept by the stream until `signal` ends it. */
export async function followAccount(
  muster: MusterClient,
  id: string,
  tell: (change: (news: AccountNews) => AccountNews) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await followOnce(muster, id, tell, signal);
    } catch (error) {
      if (error instanceof MusterStreamError && error.why === 'refused') throw error;
      // The fleet tells what is wrong; here it is only tried again.
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  }
}

async function followOnce(
  muster: MusterClient,
  id: string,
  tell: (change: (news: AccountNews) => AccountNews) => void,
  signal: AbortSignal,
): Promise<void> {
  const stream = muster.stream({ topics: ['accounts', 'messages'], accounts: [id], signal });
  try {
    await liveOrReason(stream);
    const [{ transitions }, { items }] = await Promise.all([
      muster.accounts.export(id, { limit: STEPS_SHOWN_MAX }),
      muster.messages.list(id, { limit: MESSAGES_SHOWN_MAX }),
    ]);
    tell(() => ({ history: newestFirst(transitions), messages: inOrder(items) }));
    for await (const frame of stream) {
      const told = readEvent(frame);
      if (told) tell((news) => withEvent(news, told));
    }
  } finally {
    stream.close();
  }
}

/** What is known after this event; an event that is older than what was read changes nothing. */
export function withEvent(news: AccountNews, told: TypedEvent): AccountNews {
  if (told.event === 'account.changed') {
    const last = news.history?.[0]?.seq ?? 0;
    const fresh = told.data.transitions.filter(({ seq }) => seq > last);
    return fresh.length === 0 ? news : { ...news, history: newestFirst([...(news.history ?? []), ...fresh]) };
  }
  return 'message' in told.data ? withMessage(news, told.data.message) : news;
}

export function withMessage(news: AccountNews, message: MessageView): AccountNews {
  const others = (news.messages ?? []).filter(({ id }) => id !== message.id);
  return { ...news, messages: inOrder([...others, message]) };
}

function newestFirst(steps: readonly TransitionView[]): readonly TransitionView[] {
  return steps.toSorted((a, b) => b.seq - a.seq).slice(0, STEPS_SHOWN_MAX);
}

/** Ids are UUIDv7: they order as the messages came. */
function inOrder(messages: readonly MessageView[]): readonly MessageView[] {
  return messages.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(-MESSAGES_SHOWN_MAX);
}
