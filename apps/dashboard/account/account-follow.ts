import { ACCOUNT_LOADING, accountLoadingSchema, readEvent } from '#libs/contracts/event-data';
import type { LoggedEventName } from '#libs/contracts/event-log';
import type { StreamFrame } from '#libs/contracts/stream';
import type { MusterClient } from '#libs/client/client';
import { follow, toldOnce } from '../parts/follow.js';
import { type AccountNews, NO_NEWS, withEvent, withMessages, withSteps } from './account-news.js';

/** Read at once, and again for whoever asks for what is older. */
const PAGE_ITEMS = 100;

export type TellNews = (change: (news: AccountNews) => AccountNews) => void;

/** The steps, the messages and the outbox of one account, kept by the stream until `signal` ends it, or a refusal. */
export function followAccount(
  muster: MusterClient,
  id: string,
  tell: TellNews,
  fail: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  const read = async (): Promise<void> => {
    const changes = await Promise.all([readSteps(muster, id), readMessages(muster, id), readOutbox(muster, id)]);
    tell(() => changes.reduce((news, change) => change(news), NO_NEWS));
  };
  const take = async (frame: StreamFrame): Promise<void> => {
    if (OUTBOX_EVENTS.has(frame.event)) tell(await readOutbox(muster, id));
    else tell((news) => withFrame(news, frame));
  };
  return follow(
    muster,
    { topics: ['accounts', 'messages'], accounts: [id], signal },
    { read, take, failed: toldOnce(fail) },
  );
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
