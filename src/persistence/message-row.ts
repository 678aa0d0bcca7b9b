import type { MessageMedia } from '#libs/contracts/media';
import type { MessageView } from '#libs/contracts/message';
import type { MessageEntity } from './message.entity.js';

/** What a view is made of, under the names that the entity has. */
export const MESSAGE_COLUMNS = `id, account_id AS "accountId", direction, recipient AS "to", sender AS "from", chat_id AS "chatId",
  kind, text, content, media_id AS "mediaId", media_state AS "mediaState", target_id AS "targetId", reply_to AS "replyTo",
  reactions, edited_at AS "editedAt", revoked_at AS "revokedAt", status, provider_message_id AS "providerMessageId",
  error_code AS "errorCode", error_message AS "errorMessage", created_at AS "createdAt", expires_at AS "expiresAt",
  sent_at AS "sentAt", delivered_at AS "deliveredAt", read_at AS "readAt"`;

export type MessageRow = Pick<
  MessageEntity,
  | 'id'
  | 'accountId'
  | 'direction'
  | 'to'
  | 'from'
  | 'chatId'
  | 'kind'
  | 'text'
  | 'content'
  | 'mediaId'
  | 'mediaState'
  | 'targetId'
  | 'replyTo'
  | 'reactions'
  | 'editedAt'
  | 'revokedAt'
  | 'status'
  | 'providerMessageId'
  | 'errorCode'
  | 'errorMessage'
  | 'createdAt'
  | 'expiresAt'
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
  kind: row.kind,
  text: row.text,
  media: mediaOf(row),
  location: row.content?.location ?? null,
  contacts: row.content?.contacts ? [...row.content.contacts] : null,
  poll: row.content?.poll ?? null,
  emoji: row.content?.emoji ?? null,
  mentions: [...(row.content?.mentions ?? [])],
  targetId: row.targetId,
  replyTo: row.replyTo,
  reactions: Object.entries(row.reactions ?? {})
    .filter(([, { emoji }]) => emoji !== '')
    .map(([from, { emoji, at }]) => ({ from, emoji, at: new Date(at).toISOString() })),
  editedAt: row.editedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
  status: row.status,
  providerMessageId: row.providerMessageId,
  error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? '' },
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  sentAt: row.sentAt?.toISOString() ?? null,
  deliveredAt: row.deliveredAt?.toISOString() ?? null,
  readAt: row.readAt?.toISOString() ?? null,
});

function mediaOf({ mediaId, mediaState, content }: MessageRow): MessageMedia | null {
  if (mediaState === null || !content?.media) return null;
  const { mimeType, filename, bytes, seconds } = content.media;
  // Its row goes with its file, and the message stays.
  const state = mediaState === 'stored' && mediaId === null ? 'expired' : mediaState;
  return { id: mediaId, state, mimeType, filename, bytes, seconds };
}
