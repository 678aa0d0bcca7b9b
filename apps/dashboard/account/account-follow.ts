import { ACCOUNT_LOADING, accountLoadingSchema, readEvent } from '#libs/contracts/event-data';
import type { LoggedEventName } from '#libs/contracts/event-log';
import type { StreamFrame } from '#libs/contracts/stream';
import type { MusterClient } from '#libs/client/client';
import { MusterApiError } from '#libs/client/api-error';
import { MusterStreamError } from '#libs/client/stream-error';
import { liveOrReason } from '../parts/live.js';
import { type AccountNews, NO_NEWS, withEvent, withMessages, withSteps } from './account-news.js';

/** Read at once, and again for whoever asks for what is older. */
const PAGE_ITEMS = 100;
const AGAIN_AFTER_MS = 2_000;

export type TellNews = (change: (news: AccountNews) => AccountNews) => void;

/**
 * The steps, the messages and the outbox of one account, read once and kept by the stream until `signal` ends it. What the
 * API refuses is told by `fail`, once, and tried again.
 */
export async function followAccount(
  muster: MusterClient,
  id: string,
  tell: TellNews,
  fail: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  let told = false;
  while (!signal.aborted) {
    try {
      await followOnce(muster, id, tell, signal);
    } catch (error) {
      if (error instanceof MusterStreamError && error.why === 'refused') return fail(error);
      // A line that is lost, the frame tells. An account that is just being deleted is no trouble.
      if (error instanceof MusterApiError && error.problem.status !== 404 && !told) {
        told = true;
        fail(error);
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  }
}

/** Listens first and reads then, so that nothing falls between. */
async function followOnce(muster: MusterClient, id: string, tell: TellNews, signal: AbortSignal): Promise<void> {
  const stream = muster.stream({ topics: ['accounts', 'messages'], accounts: [id], signal });
  try {
    await liveOrReason(stream);
    const read = [readSteps(muster, id), readMessages(muster, id), readOutbox(muster, id)];
    const changes = await Promise.all(read);
    tell(() => changes.reduce((news, change) => change(news), NO_NEWS));
    for await (const frame of stream) {
      if (OUTBOX_EVENTS.has(frame.event)) tell(await readOutbox(muster, id));
      else tell((news) => withFrame(news, frame));
    }
  } finally {
    stream.close();
  }
}

const OUTBOX_EVENTS: ReadonlySet<string> = new Set<LoggedEventName>(['outbox.paused', 'outbox.resumed']);

function withFrame(news: AccountNews, frame: StreamFrame): AccountNews {
  if (frame.event === ACCOUNT_LOADING) return { ...news, loading: accountLoadingSchema.parse(frame.data).percent };
  const told = readEvent(frame);
  return told ? withEvent(news, told) : news;
}

type Change = (news: AccountNews) => AccountNews;

/** Steps before this one, or the newest. Answers what they make of the news as they are then. */
export async function readSteps(muster: MusterClient, id: string, before?: number): Promise<Change> {
  const { transitions, olderBefore } = await muster.accounts.export(id, { limit: PAGE_ITEMS, before });
  return (news) => withSteps(news, transitions, olderBefore !== null);
}

export async function readMessages(muster: MusterClient, id: string, cursor?: string): Promise<Change> {
  const { items, nextCursor } = await muster.messages.list(id, { limit: PAGE_ITEMS, cursor });
  return (news) => withMessages(news, items, nextCursor);
}

async function readOutbox(muster: MusterClient, id: string): Promise<Change> {
  const outbox = await muster.outbox.show(id);
  return (news) => ({ ...news, outbox });
}
