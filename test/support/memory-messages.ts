import type { OutboxPause } from '#libs/contracts/outbox';
import type { Acknowledgement, MessageClaim, MessageStore, Postponement, SendOutcome } from '#src/supervision/ports';
import { type MessageRow, MessageTable } from '#test/simulation/message-table';
import { InboxTable } from './inbox-table.js';
import { type InboxCall, inboxOver } from './memory-inbox.js';

type Call =
  | 'pending'
  | 'claim'
  | 'postpone'
  | 'sentSince'
  | 'unreadSince'
  | 'pauseIfStale'
  | 'settle'
  | 'acknowledge'
  | InboxCall;

const WAS_SENT: ReadonlySet<string> = new Set(['sent', 'delivered', 'read']);

/** The outbox and inbox of tests: the rules of the real statements, in memory; each call can be watched, or made to fail. */
export class MemoryMessages implements MessageStore {
  readonly calls: string[] = [];
  readonly inboxCalls: string[] = [];
  readonly table = new MessageTable((accountId, epoch) => this.check(accountId, epoch));
  readonly inboxTable = new InboxTable(this.table, (accountId, epoch) => this.check(accountId, epoch));
  readonly inbox = inboxOver(this.inboxTable, (call, id, work) => this.call(call, id, work, this.inboxCalls));
  /** Looked at before a call is carried out: what it throws or waits for, the caller does. */
  before: (call: Call, id: string) => Promise<void> | void = () => undefined;
  check: (accountId: string, epoch: number) => void = () => undefined;
  /** Of all accounts: these stages have one. */
  pausedAs: OutboxPause | null = null;
  resumedAt = -Infinity;

  accept(accountId: string, id: string, to: string, createdAt: number, replyTo: string | null = null): void {
    this.table.accept({ accountId, id, to, chatId: `${to.slice(1)}@c.us`, text: `text of ${id}`, replyTo }, createdAt);
  }

  row(id: string): MessageRow {
    return this.table.rows.get(id)!;
  }

  statuses(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.table.rows.values()].map(({ id, status }) => [id, status]));
  }

  pending(accountId: string, limit: number, heldChats: readonly string[]): ReturnType<MessageStore['pending']> {
    return this.call('pending', accountId, () =>
      this.pausedAs === null ? this.table.pending(accountId, limit, heldChats) : [],
    );
  }

  claim(accountId: string, epoch: number, claims: readonly MessageClaim[]): ReturnType<MessageStore['claim']> {
    const ids = claims.map(({ messageId }) => messageId).join(' ');
    return this.call('claim', ids, () => this.table.claim(accountId, epoch, claims));
  }

  postpone(accountId: string, epoch: number, id: string, until: Postponement): ReturnType<MessageStore['postpone']> {
    return this.call('postpone', id, () => this.table.postpone(accountId, epoch, id, until));
  }

  sentSince(accountId: string, after: number): Promise<readonly number[]> {
    return this.call('sentSince', accountId, () => this.sentAfter(accountId, after));
  }

  unreadSince(accountId: string, after: number, limit: number): ReturnType<MessageStore['unreadSince']> {
    return this.call('unreadSince', accountId, () =>
      [...this.table.rows.values()]
        .filter((row) => row.accountId === accountId && row.direction === 'out' && row.at > after)
        .flatMap(({ providerMessageId, chatId, status }) =>
          providerMessageId !== null && (status === 'sent' || status === 'delivered')
            ? [{ providerMessageId, chatId, status }]
            : [],
        )
        .slice(-limit),
    );
  }

  pauseIfStale(accountId: string, epoch: number, before: number): Promise<boolean> {
    return this.call('pauseIfStale', accountId, () => {
      const [oldest] = this.table.pending(accountId, 1);
      this.check(accountId, epoch);
      if (this.pausedAs !== null || !oldest || oldest.createdAt >= before || this.resumedAt >= before) return false;
      if (this.sentAfter(accountId, before).length > 0) return false;
      this.pausedAs = 'stale';
      return true;
    });
  }

  settle(accountId: string, epoch: number, id: string, outcome: SendOutcome): ReturnType<MessageStore['settle']> {
    return this.call('settle', id, () => this.table.settle(accountId, epoch, id, outcome));
  }

  acknowledge(
    accountId: string,
    epoch: number,
    acks: readonly Acknowledgement[],
  ): ReturnType<MessageStore['acknowledge']> {
    const ids = acks.map(({ providerMessageId }) => providerMessageId).join(' ');
    return this.call('acknowledge', ids, () => this.table.acknowledge(accountId, epoch, acks));
  }

  private sentAfter(accountId: string, after: number): readonly number[] {
    const rows = [...this.table.rows.values()].filter((row) => row.accountId === accountId && row.direction === 'out');
    return rows.filter(({ status }) => WAS_SENT.has(status)).flatMap(({ at }) => (at > after ? [at] : []));
  }

  private async call<T>(call: Call, id: string, work: () => T, calls = this.calls): Promise<T> {
    calls.push(`${call} ${id}`);
    await this.before(call, id);
    return work();
  }
}
