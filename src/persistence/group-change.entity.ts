import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AccountEntity } from './account.entity.js';

/** A change of a group that was told; the same one is not told again. */
@Entity('group_change')
@Index('group_change_age', ['toldAt'])
export class GroupChangeEntity {
  @PrimaryColumn('uuid', { name: 'account_id', primaryKeyConstraintName: 'group_change_pk' })
  accountId: string;

  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'group_change_account_fk' })
  account: Relation<AccountEntity>;

  @PrimaryColumn('text', { name: 'provider_message_id', primaryKeyConstraintName: 'group_change_pk' })
  providerMessageId: string;

  @Column('timestamptz', { name: 'told_at' })
  toldAt: Date;
}
