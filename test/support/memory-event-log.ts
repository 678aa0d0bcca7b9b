import type { LoggedEvent } from '#libs/contracts/event-log';
import type { FoundEvents } from '#libs/contracts/event-search';
import type { EventLog, LogPage, LogPlace, LogQuery } from '#src/events/event-log';
import type { EventSearch, EventSearchQuery } from '#src/events/event-search';

/** A log that is a list. The store's own is tried in src/persistence/event-log.system.spec.ts. */
export class MemoryEventLog implements EventLog, EventSearch {
  readonly events: LoggedEvent[] = [];
  forgottenTo: LogPlace = 0;
  /** Set: every read rejects with it. */
  failure: Error | null = null;

  add(event: Omit<LoggedEvent, 'id' | 'cursor'>): LoggedEvent {
    const id = String(this.events.length + 1);
    const logged = { ...event, id, cursor: id };
    this.events.push(logged);
    return logged;
  }

  async read({ after, names, accountIds, limit }: LogQuery): Promise<LogPage | null> {
    await this.#answer();
    if (after !== null && after < this.forgottenTo) return null;
    const found = this.events.filter(
      ({ id, event, accountId }) =>
        Number(id) > Math.max(after ?? 0, this.forgottenTo) &&
        (!names || names.includes(event)) &&
        (!accountIds || (accountId !== null && accountIds.includes(accountId))),
    );
    const events = found.slice(0, limit);
    const more = found.length > limit;
    return { events, more, to: more ? Number(events.at(-1)!.id) : Math.max(after ?? 0, this.events.length) };
  }

  async head(): Promise<LogPlace> {
    await this.#answer();
    return this.events.length;
  }

  /** All at once, without a bound to what it looks through. */
  async search({ text, names, accountId, from, to, before, limit }: EventSearchQuery): Promise<FoundEvents> {
    await this.#answer();
    const fits = ({ id, event, accountId: whose, at, data }: LoggedEvent): boolean =>
      (before === undefined || Number(id) < before) &&
      (!names || names.includes(event)) &&
      (accountId === undefined || whose === accountId) &&
      (from === undefined || Date.parse(at) >= from) &&
      (to === undefined || Date.parse(at) <= to) &&
      (text === undefined || JSON.stringify(data).toLowerCase().includes(text.toLowerCase()));
    const found = this.events.filter(fits).toReversed();
    const items = found.slice(0, limit);
    const nextCursor = found.length > limit ? items.at(-1)!.cursor : null;
    return { items, nextCursor, lookedBackTo: this.events[0]?.at ?? null };
  }

  async #answer(): Promise<void> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
  }
}
