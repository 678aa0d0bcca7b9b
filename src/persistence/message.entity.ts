import { Check, Column, Entity, Generated, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { MessageKind } from '#libs/contracts/content';
import type { MediaState } from '#libs/contracts/media';
import type { MessageDirection, MessageStatus } from '#libs/contracts/message';
import { AccountEntity } from './account.entity.js';
import { MediaEntity } from './media.entity.js';
import type { MessageContent } from './message-content.js';

/** Outbox and inbox. */
@Entity('message')
@Index('message_listed', ['accountId', 'id'])
@Index('message_waiting', ['accountId', 'ordinal'], { where: 'pending' })
@Index('message_once_per_provider_id', ['accountId', 'direction', 'providerMessageId'], { unique: true })
@Index('message_once_per_key', ['accountId', 'idempotencyKey'], { unique: true, where: 'idempotency_key IS NOT NULL' })
@Index('message_key_age', ['createdAt'], { where: 'idempotency_key IS NOT NULL' })
@Index('message_with_media', ['mediaId'], { where: 'media_id IS NOT NULL' })
@Index('message_media_wanted', ['accountId', 'id'], { where: `media_state = 'pending'` })
@Check('message_pending_check', `pending = (status IN ('queued', 'sending'))`)
export class MessageEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'message_pk' })
  id: string;

  /** The order of sending. Ids carry a clock, and clocks are set back. */
  @Column('bigint')
  @Generated('increment')
  ordinal: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'message_account_fk' })
  account: Relation<AccountEntity>;

  @Column('text')
  direction: MessageDirection;

  @Column('text', { name: 'recipient', nullable: true })
  to: string | null;

  @Column('text', { name: 'sender', nullable: true })
  from: string | null;

  @Column('text', { name: 'chat_id' })
  chatId: string;

  @Column('text', { nullable: true })
  text: string | null;

  @Column('text', { default: 'text' })
  kind: MessageKind;

  /** What only some kinds have. */
  @Column('jsonb', { nullable: true })
  content: MessageContent | null;

  @Column('uuid', { name: 'media_id', nullable: true })
  mediaId: string | null;

  @ManyToOne(() => MediaEntity, { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'media_id', foreignKeyConstraintName: 'message_media_fk' })
  media: Relation<MediaEntity> | null;

  /** Null: it has no file. */
  @Column('text', { name: 'media_state', nullable: true })
  mediaState: MediaState | null;

  @Column('integer', { name: 'media_tries', default: 0 })
  mediaTries: number;

  /** Of a reaction, edit or revoke. */
  @Column('uuid', { name: 'target_id', nullable: true })
  targetId: string | null;

  @Column('uuid', { name: 'reply_to', nullable: true })
  replyTo: string | null;

  /** By person; the last one counts. */
  @Column('jsonb', { nullable: true })
  reactions: Readonly<Record<string, { readonly emoji: string; readonly at: number }>> | null;

  @Column('timestamptz', { name: 'edited_at', nullable: true })
  editedAt: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt: Date | null;

  /** Outgoing: not sent by then, it fails. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  /** Not tried again before. */
  @Column('timestamptz', { name: 'next_attempt_at', nullable: true })
  nextAttemptAt: Date | null;

  @Column('text')
  status: MessageStatus;

  /** Still to be sent or confirmed: status `queued` or `sending`. */
  @Column('boolean')
  pending: boolean;

  @Column('integer')
  tries: number;

  @Column('text', { name: 'provider_message_id', nullable: true })
  providerMessageId: string | null;

  @Column('text', { name: 'error_code', nullable: true })
  errorCode: string | null;

  @Column('text', { name: 'error_message', nullable: true })
  errorMessage: string | null;

  /** Taken off after IDEMPOTENCY_KEY_KEPT_MS. */
  @Column('text', { name: 'idempotency_key', nullable: true })
  idempotencyKey: string | null;

  /** Tells whether a repeated key came with the same body. */
  @Column('text', { name: 'body_hash', nullable: true })
  bodyHash: string | null;

  /** Of the lease under which it was accepted; null: under none. bigint: text on its way through the driver. */
  @Column('bigint', { nullable: true })
  fence: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'sent_at', nullable: true })
  sentAt: Date | null;

  @Column('timestamptz', { name: 'delivered_at', nullable: true })
  deliveredAt: Date | null;

  @Column('timestamptz', { name: 'read_at', nullable: true })
  readAt: Date | null;
}
