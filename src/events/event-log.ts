import type { LoggedEvent, LoggedEventName } from '#libs/contracts/event-log';

/**
 * A place in the log: the id of an event, or any id that is decided. As a number: ids begin with the clock's microseconds,
 * which stay below 2^53 until the year 2255. A cursor is the same as text.
 */
export type LogPlace = number;

export interface LogFilter {
  /** Not given: all. */
  readonly names?: readonly LoggedEventName[];
  readonly accountIds?: readonly string[];
}

export interface LogQuery extends LogFilter {
  /** Null: from the oldest that is kept. */
  readonly after: LogPlace | null;
  readonly limit: number;
  /** How long to wait for transactions that are under way and may still write; then only what is decided is read. */
  readonly patienceMs: number;
}

export interface LogPage {
  /** In the order of the log. */
  readonly events: readonly LoggedEvent[];
  /** All up to here is in `events` or was left out by the filter: the `after` of the next read. */
  readonly to: LogPlace;
  /** There may be more at once. */
  readonly more: boolean;
  /** Patience ended: a transaction is under way that may still write below what is there. */
  readonly heldUp?: true;
}

/** The durable log as its readers see it. Every promise rejects when the store is away. */
export interface EventLog {
  /** Null: `after` is older than what is kept. All that was committed before the call is in it, if patience lasts. */
  read(query: LogQuery): Promise<LogPage | null>;
  /** The end of the log: all up to it is decided. Waits for transactions that are under way. */
  head(): Promise<LogPlace>;
}
