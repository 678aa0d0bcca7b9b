import type { ListMessages, MessageStatus, MessageView, SendMessage } from '#libs/contracts/message';
import type { OperationAnswer } from '#libs/contracts/operations';
import type { Transport } from './transport.js';
import { waitUntil, type WaitOptions } from './wait-until.js';

export interface MessagesClient {
  /** With a key the call may be repeated after a lost answer: the same message comes back. */
  send(accountId: string, message: SendMessage, options?: { readonly idempotencyKey?: string }): Promise<MessageView>;
  get(id: string): Promise<MessageView>;
  list(accountId: string, query?: ListMessages): Promise<OperationAnswer<'listMessages'>>;
  untilStatus(
    id: string,
    statuses: MessageStatus | readonly MessageStatus[],
    options?: WaitOptions,
  ): Promise<MessageView>;
}

export function createMessagesClient({ call }: Transport): MessagesClient {
  const get = (id: string) => call('showMessage', { params: { id } });
  return {
    send: (id, body, { idempotencyKey } = {}) =>
      call('sendMessage', { params: { id }, body, headers: { 'idempotency-key': idempotencyKey } }),
    get,
    list: (id, query = {}) => call('listMessages', { params: { id }, query }),
    untilStatus: (id, statuses, options) => {
      const wanted: readonly MessageStatus[] = typeof statuses === 'string' ? [statuses] : statuses;
      return waitUntil(
        `${wanted.join(' or ')} of message ${id}`,
        () => get(id),
        ({ status }) => wanted.includes(status),
        options,
      );
    },
  };
}
