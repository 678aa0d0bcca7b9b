import type { MusterEvent } from '#libs/contracts/events';
import type { MessageStatus } from '#libs/contracts/message';
import type { LoggedNews } from '../log-table.js';
import type { StoreTables } from '../store-tables.js';
import { nameOf, type Story } from '../story.js';
import { stateOf } from './account-watch.js';

const ORDER: readonly MessageStatus[] = [
  'received',
  'queued',
  'sending',
  'uncertain',
  'sent',
  'delivered',
  'read',
  'failed',
];

/** The event log: no change without its event, no event without its change, and each account's in their order. */
export class LogWatch {
  /** By account: steps told by the log. */
  private readonly steps = new Map<string, number>();
  private readonly statuses = new Map<string, MessageStatus>();

  constructor(private readonly story: Story) {}

  /** Nobody is told of what a reader of the log can't find. */
  onTold(event: MusterEvent): void {
    if (event.event === 'account.changed') {
      const last = event.transitions.at(-1)?.seq ?? 0;
      if ((this.steps.get(event.accountId) ?? 0) < last)
        this.accuse(event.accountId, `step ${last} was told, not logged`);
    }
    if (event.event === 'message.changed' || event.event === 'message.received') {
      const { id, status } = event.message;
      if (rank(this.statuses.get(id)) < rank(status))
        this.accuse(event.accountId, `${id} ${status} was told, not logged`);
    }
  }

  checkEnd(tables: StoreTables): void {
    for (const row of tables.accounts.values()) {
      const logged = this.steps.get(row.id) ?? 0;
      if (logged !== row.history.size)
        this.accuse(
          row.id,
          `its history has ${row.history.size} steps, the log tells ${logged}, up to ${stateOf(row)}`,
        );
    }
    for (const row of tables.messages.rows.values()) {
      const isTold = row.status !== 'queued' && row.status !== 'sending';
      if (isTold && this.statuses.get(row.id) !== row.status)
        this.accuse(row.accountId, `${row.id} is ${row.status}, the log tells ${this.statuses.get(row.id)}`);
    }
  }

  onLogged(news: LoggedNews): void {
    if (news.name === 'account.changed') {
      for (const { seq } of news.steps) {
        const expected = (this.steps.get(news.accountId) ?? 0) + 1;
        if (seq !== expected) this.accuse(news.accountId, `step ${seq} is logged, where ${expected} is due`);
        this.steps.set(news.accountId, seq);
      }
      return;
    }
    const { id, status } = news.message;
    const before = this.statuses.get(id);
    const isBack = status === 'queued' && before === 'sending'; // proven unsent
    if (rank(before) > rank(status) && !isBack)
      this.accuse(news.accountId, `${id} is logged as ${status} after ${before}`);
    this.statuses.set(id, status);
  }

  private accuse(accountId: string, text: string): void {
    this.story.accuse('log', `${nameOf(accountId)}: ${text}`);
  }
}

const rank = (status: MessageStatus | undefined): number => (status === undefined ? -1 : ORDER.indexOf(status));
