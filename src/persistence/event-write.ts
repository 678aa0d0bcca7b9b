import type { LoggedEventName } from '#libs/contracts/event-log';

/**
 * The part of a statement that writes its event: a CTE to stand behind the one that changes the rows, never a statement of
 * its own. There is one event per row of `from`; rows without a change must not be in it. The id is drawn after the change
 * of the row, while it is locked, which makes the order of the log the order of the changes.
 */
export function eventOf(
  name: LoggedEventName,
  { from, accountId, data, as = 'logged' }: { from: string; accountId: string; data: string; as?: string },
): string {
  return `${as} AS (
  INSERT INTO event (account_id, name, data) SELECT ${accountId}, '${name}', ${data} FROM ${from}
)`;
}

/** For a CTE `from` that RETURNs MESSAGE_COLUMNS: the whole row is kept, and its view made when it is read. */
export const messageEventOf = (name: LoggedEventName & `message.${string}`, from = 'changed'): string =>
  eventOf(name, { from, accountId: '"accountId"', data: `row_to_json(${from})` });
