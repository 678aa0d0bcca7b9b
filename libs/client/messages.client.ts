import { FENCE_HEADER } from '#libs/contracts/account-manager/fence';
import { UPLOAD_READ_MS_MAX } from '#libs/contracts/limits/calls';
import type { ListMessages, MessageStatus, MessageView, SendMessage } from '#libs/contracts/message';
import type { OperationAnswer } from '#libs/contracts/operations';
import { pagesOf } from './pages.js';
import type { Transport } from './transport.js';
import { waitUntil, type WaitOptions } from './wait-until.js';

export interface SendOptions {
  /** With a key the call may be repeated after a lost answer: the same message comes back. */
  readonly idempotencyKey?: string;
  /** Of the lease under which it is sent. */
  readonly fence?: number;
}
/** A message as it came from any call here, or just its two ids. */
export type MessageRef = Pick<MessageView, 'id' | 'accountId'>;

export interface MessagesClient {
  /**
   * Any kind: `{ to, text }`, `{ kind: 'image', to, media: { id } }`, `{ kind: 'poll', to, poll }` … Accepted means stored;
   * `untilStatus(id, 'sent')` waits for the rest.
   */
  send(accountId: string, message: SendMessage, options?: SendOptions): Promise<MessageView>;
  /** An empty emoji takes the reaction back. Answers the message that carries the reaction; it is sent as any other. */
  react(target: MessageRef, emoji: string, options?: SendOptions): Promise<MessageView>;
  edit(target: MessageRef, text: string, options?: SendOptions): Promise<MessageView>;
  /** Deletes it for everyone. */
  revoke(target: MessageRef, options?: SendOptions): Promise<MessageView>;
  get(id: string): Promise<MessageView>;
  /** Newest first. */
  list(accountId: string, query?: ListMessages): Promise<OperationAnswer<'listMessages'>>;
  /** All of them, newest first, page by page as they are asked for. */
  all(accountId: string, query?: Omit<ListMessages, 'cursor'>): AsyncGenerator<MessageView, void, undefined>;
  untilStatus(
    id: string,
    statuses: MessageStatus | readonly MessageStatus[],
    options?: WaitOptions,
  ): Promise<MessageView>;
}

export function createMessagesClient(transport: Transport): MessagesClient {
  const { call } = transport;
  const get = (id: string) => call('showMessage', { params: { id } });
  const list = (id: string, query: ListMessages = {}) => call('listMessages', { params: { id }, query });
  const send: MessagesClient['send'] = async (id, body, { idempotencyKey, fence } = {}) => {
    const ask = {
      params: { id },
      body,
      headers: { 'idempotency-key': idempotencyKey, [FENCE_HEADER]: fence?.toString() },
    };
    // Its file travels with it, or is fetched by Muster before it answers.
    const patience = 'media' in body ? { msMin: UPLOAD_READ_MS_MAX } : {};
    return transport.read('sendMessage', await transport.fetch('sendMessage', ask, patience));
  };
  return {
    send,
    react: ({ accountId, id }, emoji, options) => send(accountId, { kind: 'reaction', target: id, emoji }, options),
    edit: ({ accountId, id }, text, options) => send(accountId, { kind: 'edit', target: id, text }, options),
    revoke: ({ accountId, id }, options) => send(accountId, { kind: 'revoke', target: id }, options),
    get,
    list,
    all: (id, query = {}) => pagesOf((cursor) => list(id, { ...query, cursor })),
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
