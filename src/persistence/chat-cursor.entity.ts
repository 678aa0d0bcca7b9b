import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AccountEntity } from './account.entity.js';

/**
 * Up to where a chat was read, by the provider's clock. The row of the chat '' stands for all chats without one of their own.
 */
@Entity('chat_cursor')
export class ChatCursorEntity {
  @PrimaryColumn('uuid', { name: 'account_id', primaryKeyConstraintName: 'chat_cursor_pk' })
  accountId: string;

  @PrimaryColumn('text', { name: 'chat_id', primaryKeyConstraintName: 'chat_cursor_pk' })
  chatId: string;

  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'chat_cursor_account_fk' })
  account: Relation<AccountEntity>;

  @Column('timestamptz', { name: 'last_at' })
  lastAt: Date;
}
