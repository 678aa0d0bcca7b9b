import type { MessageStatus, MessageView } from '#libs/contracts/message';
import type { KnownMessage } from '#libs/drivers/simulated/message-book';
import type { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import { stateOf } from './account-watch.js';
import type { MessageRow, MessageTable } from './message-table.js';
import { nameOf, type Story } from './story.js';
import type { StoreTables } from './store-tables.js';

const ORDER: readonly MessageStatus[] = ['queued', 'sending', 'uncertain', 'sent', 'delivered', 'read', 'failed'];

/** I2, I3, I4 and I12 of messages: the store and the provider must tell the same. */
export class MessageWatch {
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

  /** Nobody got a message twice. Every text is sent once by a person, so a text stands for its message. */
  checkDuplicates(provider: SimulatedProvider, table: MessageTable): void {
    for (const [text, copies] of groupBy(arrived(provider), (message) => message.text))
      if (copies.length > 1) this.story.accuse('I3', `${text} reached the provider ${copies.length} times`);
    const inbox = [...table.rows.values()].filter((row) => row.direction === 'in');
    for (const [key, copies] of groupBy(inbox, (row) => `${row.text} in ${nameOf(row.accountId)}`))
      if (copies.length > 1) this.story.accuse('I3', `${key} was received ${copies.length} times`);
  }

  /** After quiesce. */
  checkEnd(provider: SimulatedProvider, tables: StoreTables): void {
    const book = new Map(arrived(provider).map((message) => [message.text, message]));
    for (const row of sentBy(tables.messages)) {
      const there = book.has(row.text);
      if (row.pending && row.promised && stateOf(tables.account(row.accountId)) === 'CONNECTED.online')
        this.story.accuse('I2', `${row.id} is still ${row.status}, though ${nameOf(row.accountId)} is online`);
      if (['sent', 'delivered', 'read'].includes(row.status) && !there)
        this.story.accuse('I2', `${row.id} counts as ${row.status}, but never reached the provider`);
      if (row.status === 'failed' && there)
        this.story.accuse('I3', `${row.id} counts as failed (${row.error?.code}), but reached the provider`);
    }
    this.checkOrder(arrived(provider), tables.messages);
  }

  /** I4: within a chat, messages reach the provider in the order in which they were accepted. */
  private checkOrder(messages: readonly KnownMessage[], table: MessageTable): void {
    const accepted = new Map(sentBy(table).map((row, place) => [row.text, place]));
    for (const [chat, inChat] of groupBy(messages, ({ accountId, chatId }) => `${nameOf(accountId)} to ${chatId}`)) {
      inChat.forEach(({ text }, i) => {
        const earlier = inChat[i - 1]?.text;
        if (earlier && (accepted.get(text) ?? 0) < (accepted.get(earlier) ?? 0))
          this.story.accuse('I4', `${chat}: ${text} arrived after ${earlier}, though it was accepted before`);
      });
    }
  }
}

/**
 * Those that somebody counts on. One that was stored though its sender was told of a failure goes out with the next one.
 */
export const waitingToBeSent = (tables: StoreTables): readonly MessageRow[] =>
  [...tables.messages.rows.values()].filter(
    (row) => row.pending && row.promised && stateOf(tables.account(row.accountId)) === 'CONNECTED.online',
  );

const sentBy = (table: MessageTable): readonly MessageRow[] =>
  [...table.rows.values()].filter((row) => row.direction === 'out');

const arrived = (provider: SimulatedProvider): readonly KnownMessage[] =>
  provider.messages.all().filter(({ level }) => level !== 'refused');

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}
