import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { LimitChanges } from '#libs/contracts/account-manager/lease-limits';
import { AccountEntity } from '../account.entity.js';

/**
 * What counts instead of the default, for a tenant, a purpose, an account, or those together. Its index takes null for a value like others,
 * which only SQL can say.
 */
@Entity('limit_rule')
@Index('limit_rule_of_account', ['accountId'])
@Index('limit_rule_once', { synchronize: false })
export class LimitRuleEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'limit_rule_pk' })
  id: string;

  @Column('text', { name: 'user_id', nullable: true })
  userId: string | null;

  @Column('text', { nullable: true })
  purpose: string | null;

  @Column('uuid', { name: 'account_id', nullable: true })
  accountId: string | null;

  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'limit_rule_account_fk' })
  account: Relation<AccountEntity> | null;

  @Column('jsonb')
  limits: LimitChanges;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
