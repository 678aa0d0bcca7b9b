import type { LoggedEventName } from '#libs/contracts/event-log';
import type { FoundEvents } from '#libs/contracts/event-search';

/** Times are milliseconds since 1970; `before` is a place in the log. */
export interface EventSearchQuery {
  readonly text?: string;
  readonly names?: readonly LoggedEventName[];
  readonly accountId?: string;
  readonly from?: number;
  readonly to?: number;
  readonly before?: number;
  readonly limit: number;
}

/** The durable log as people look through it: back from the newest. Rejects when the store is away. */
export interface EventSearch {
  search(query: EventSearchQuery): Promise<FoundEvents>;
}
