import type { GroupChange } from '#libs/contracts/chat';
import type { EventData } from '#libs/contracts/event-data';
import { LOGGED_EVENTS, type LoggedEvent, type LoggedEventName } from '#libs/contracts/event-log';
import { type AccountNews, newsViewOf } from './account-news.js';
import { type MessageRow, messageViewOf } from './message-row.js';

/** Of the table `event`, under these names. */
export const EVENT_COLUMNS = 'id, account_id AS "accountId", name, at, data';

export interface EventRow {
  /** bigint: text on its way through the driver. */
  readonly id: string;
  readonly accountId: string | null;
  readonly name: LoggedEventName;
  readonly at: Date;
  /** In the form of the table it comes from. */
  readonly data: unknown;
}

/** What everybody outside is told of a line of the log: GET /events, the stream and webhooks. */
export const loggedEventOf = ({ id, accountId, name, at, data }: EventRow): LoggedEvent => ({
  id,
  cursor: id,
  topic: LOGGED_EVENTS[name],
  event: name,
  accountId,
  at: at.toISOString(),
  data: readDataOf(name, data) as LoggedEvent['data'],
});

/**
 * What another version wrote in a form that this one can't read is told as it lies: to stop at it would stop every reader of
 * the log, and its line of each webhook, for ever.
 */
function readDataOf(name: LoggedEventName, data: unknown): object {
  try {
    return dataViewOf(name, data);
  } catch {
    return data as object;
  }
}

function dataViewOf(name: LoggedEventName, data: unknown): object {
  if (name === 'account.changed') return newsViewOf(data as AccountNews);
  if (name.startsWith('message.')) return { message: messageViewOf(messageRowOf(data as object)) };
  if (name === 'group.changed') return { change: groupViewOf((data as { change: GroupChange }).change) };
  return data as object;
}

const groupViewOf = (change: GroupChange): EventData<'group.changed'>['change'] => ({
  ...change,
  people: [...change.people],
  at: new Date(change.at).toISOString(),
});

type DateColumn = { [C in keyof MessageRow]: Date extends MessageRow[C] ? C : never }[keyof MessageRow];

/** Times are texts inside JSON. A new column of this type that is not named here does not compile. */
const DATES: Readonly<Record<DateColumn, true>> = {
  createdAt: true,
  expiresAt: true,
  sentAt: true,
  deliveredAt: true,
  readAt: true,
  editedAt: true,
  revokedAt: true,
};

/** A later version that adds a column gets rows without it here: nothing, where a null would be. */
function messageRowOf(data: object): MessageRow {
  const row: Record<string, unknown> = { ...data };
  for (const column of Object.keys(DATES)) {
    const text = row[column];
    if (typeof text === 'string') row[column] = new Date(text);
  }
  return row as unknown as MessageRow;
}
