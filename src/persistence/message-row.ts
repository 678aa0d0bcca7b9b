import type { MessageView } from '#libs/contracts/message';
import type { MessageEntity } from './message.entity.js';

/** What a view is made of, under the names that the entity has. */
export const MESSAGE_COLUMNS = `id, account_id AS "accountId", direction, recipient AS "to", sender AS "from", chat_id AS "chatId",
  text, status, provider_message_id AS "providerMessageId", error_code AS "errorCode", error_message AS "errorMessage",
  created_at AS "createdAt", sent_at AS "sentAt", delivered_at AS "deliveredAt", read_at AS "readAt"`;

export type MessageRow = Pick<
  MessageEntity,
  | 'id'
  | 'accountId'
  | 'direction'
  | 'to'
  | 'from'
  | 'chatId'
  | 'text'
  | 'status'
  | 'providerMessageId'
  | 'errorCode'
  | 'errorMessage'
  | 'createdAt'
  | 'sentAt'
  | 'deliveredAt'
  | 'readAt'
>;

export const messageViewOf = (row: MessageRow): MessageView => ({
  id: row.id,
  accountId: row.accountId,
  direction: row.direction,
  to: row.to,
  from: row.from,
  chatId: row.chatId,
  text: row.text,
  status: row.status,
  providerMessageId: row.providerMessageId,
  error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? '' },
  createdAt: row.createdAt.toISOString(),
  sentAt: row.sentAt?.toISOString() ?? null,
  deliveredAt: row.deliveredAt?.toISOString() ?? null,
  readAt: row.readAt?.toISOString() ?? null,
});
