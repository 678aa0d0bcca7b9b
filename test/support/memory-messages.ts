import type { AckLevel, ReceivedMessage } from '#libs/contracts/session';
import type { MessageStore, SendOutcome } from '#src/supervision/ports';
import { type MessageRow, MessageTable } from '#test/simulation/message-table';

type Call = 'pending' | 'claim' | 'settle' | 'acknowledge' | 'receive';

/** The outbox and inbox of tests: the rules of the real statements, in memory; each call can be watched, or made to fail. */
export class MemoryMessages implements MessageStore {
  readonly calls: string[] = [];
  readonly table = new MessageTable((accountId, epoch) => this.check(accountId, epoch));
  /** Looked at before a call is carried out: what it throws or waits for, the caller does. */
  before: (call: Call, id: string) => Promise<void> | void = () => undefined;
  check: (accountId: string, epoch: number) => void = () => undefined;

  accept(accountId: string, id: string, to: string, createdAt: number): void {
    this.table.accept({ accountId, id, to, chatId: `${to.slice(1)}@c.us`, text: `text of ${id}` }, createdAt);
  }

  row(id: string): MessageRow {
    return this.table.rows.get(id)!;
  }

  statuses(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.table.rows.values()].map(({ id, status }) => [id, status]));
  }

  pending(accountId: string, limit: number): ReturnType<MessageStore['pending']> {
    return this.call('pending', accountId, () => this.table.pending(accountId, limit));
  }

  claim(accountId: string, epoch: number, id: string, providerMessageId: string): Promise<boolean> {
    return this.call('claim', id, () => this.table.claim(accountId, epoch, id, providerMessageId));
  }

  settle(accountId: string, epoch: number, id: string, outcome: SendOutcome): ReturnType<MessageStore['settle']> {
    return this.call('settle', id, () => this.table.settle(accountId, epoch, id, outcome));
  }

  acknowledge(
    accountId: string,
    epoch: number,
    id: string,
    level: AckLevel,
    at: number,
  ): ReturnType<MessageStore['acknowledge']> {
    return this.call('acknowledge', id, () => this.table.acknowledge(accountId, epoch, id, level, at));
  }

  receive(accountId: string, epoch: number, message: ReceivedMessage, at: number): ReturnType<MessageStore['receive']> {
    return this.call('receive', message.providerMessageId, () => this.table.receive(accountId, epoch, message, at));
  }

  private async call<T>(call: Call, id: string, work: () => T): Promise<T> {
    this.calls.push(`${call} ${id}`);
    await this.before(call, id);
    return work();
  }
}
