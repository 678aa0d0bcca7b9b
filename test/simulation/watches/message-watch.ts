import type { MessageStatus, MessageView } from '#libs/contracts/message';
import type { KnownMessage } from '#libs/drivers/simulated/message-book';
import { stateOf } from './account-watch.js';
import type { MessageRow, MessageTable } from '../message-table.js';
import { nameOf, type Story } from '../story.js';
import type { StoreTables } from '../store-tables.js';

type Arrival = Pick<KnownMessage, 'accountId' | 'chatId' | 'text' | 'level'>;

const ORDER: readonly MessageStatus[] = ['queued', 'sending', 'uncertain', 'sent', 'delivered', 'read', 'failed'];

/** I2, I3, I4 and I12 of messages: the store and the provider must tell the same. */
export class MessageWatch {
  /** By text, in the order of acceptance. */
  private readonly accepted = new Map<string, { readonly place: number; readonly id: string }>();
  private readonly arrived = new Set<string>();
  private readonly received = new Set<string>();
  /** By chat: the last accepted one of those that arrived. */
  private readonly latest = new Map<string, { readonly place: number; readonly text: string }>();

  constructor(private readonly story: Story) {}

  onChanged(view: MessageView, table: MessageTable): void {
    const row = table.rows.get(view.id);
    if (!row || ORDER.indexOf(row.status) < ORDER.indexOf(view.status))
      this.story.accuse('I12', `${view.id} was announced as ${view.status}, but is stored as ${row?.status}`);
    this.story.tell(
      nameOf(view.accountId),
      `${view.direction === 'in' ? 'received' : 'message'} ${view.id}: ${view.status}`,
    );
  }

  onLogged(view: MessageView): void {
    if (view.direction === 'in') this.checkReceived(view);
    else if (!this.accepted.has(view.text ?? ''))
      this.accepted.set(view.text ?? '', { place: this.accepted.size, id: view.id });
  }

  /** A message is new to the provider. Every text is sent once by a person, so a text stands for its message. */
  onArrival({ accountId, chatId, text, level }: Arrival, table: MessageTable): void {
    if (level === 'refused') return;
    if (this.arrived.has(text)) this.story.accuse('I3', `${text} reached the provider more than once`);
    this.arrived.add(text);
    const accepted = this.accepted.get(text);
    const chat = `${nameOf(accountId)} to ${chatId}`;
    const before = this.latest.get(chat);
    if (!accepted) return;
    if (!before || before.place < accepted.place) this.latest.set(chat, { ...accepted, text });
    else if (table.rows.get(accepted.id)?.status !== 'uncertain')
      this.story.accuse('I4', `${chat}: ${text} arrived after ${before.text}, though it was accepted before`);
  }

  /** After quiesce. */
  checkEnd(tables: StoreTables): void {
    for (const row of tables.messages.rows.values()) {
      if (row.direction === 'in') continue;
      const there = this.arrived.has(row.text);
      if (row.pending && row.promised && stateOf(tables.account(row.accountId)) === 'CONNECTED.online')
        this.story.accuse('I2', `${row.id} is still ${row.status}, though ${nameOf(row.accountId)} is online`);
      if (['sent', 'delivered', 'read'].includes(row.status) && !there)
        this.story.accuse('I2', `${row.id} counts as ${row.status}, but never reached the provider`);
      if (row.status === 'failed' && there)
        this.story.accuse('I3', `${row.id} counts as failed (${row.error?.code}), but reached the provider`);
    }
  }

  private checkReceived({ accountId, text }: MessageView): void {
    const key = `${text} in ${nameOf(accountId)}`;
    if (this.received.has(key)) this.story.accuse('I3', `${key} was received more than once`);
    this.received.add(key);
  }
}

/**
 * Those that somebody counts on. One that was stored though its sender was told of a failure goes out with the next one.
 */
export const waitingToBeSent = (tables: StoreTables): readonly MessageRow[] =>
  [...tables.messages.rows.values()].filter(
    (row) => row.pending && row.promised && stateOf(tables.account(row.accountId)) === 'CONNECTED.online',
  );
