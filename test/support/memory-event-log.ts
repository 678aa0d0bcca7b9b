import type { LoggedEvent } from '#libs/contracts/event-log';
import type { EventLog, LogPage, LogPlace, LogQuery } from '#src/events/event-log';

/** A log that is a list. The store's own is tried in src/persistence/event-log.system.spec.ts. */
export class MemoryEventLog implements EventLog {
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

  async #answer(): Promise<void> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
  }
}
