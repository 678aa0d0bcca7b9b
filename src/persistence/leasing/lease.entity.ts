import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { LeaseEnd } from '#libs/contracts/account-manager/lease';
import { AccountEntity } from '../account.entity.js';

/** Every lease there ever was. */
@Entity('lease')
@Index('lease_once_per_fence', ['accountId', 'fence'], { unique: true })
@Index('lease_open', ['expiresAt'], { where: 'ended_at IS NULL' })
@Index('lease_sticky', ['sticky', 'allocatedAt'], { where: 'sticky IS NOT NULL' })
export class LeaseEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'lease_pk' })
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'lease_account_fk' })
  account: Relation<AccountEntity>;

  /** bigint: text on its way through the driver. */
  @Column('bigint')
  fence: string;

  @Column('text', { name: 'user_id' })
  userId: string;

  @Column('text', { name: 'service_name' })
  serviceName: string;

  @Column('text')
  purpose: string;

  @Column('text', { name: 'target_channel_id', nullable: true })
  targetChannelId: string | null;

  /** Who had it under this is offered the same account again. */
  @Column('text', { nullable: true })
  sticky: string | null;

  @Column('timestamptz', { name: 'allocated_at' })
  allocatedAt: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  /** Of one that expired it is written down by whoever meets it next. */
  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('text', { name: 'end_cause', nullable: true })
  endCause: LeaseEnd | null;

  /** What its holder said it did. */
  @Column('jsonb', { name: 'usage_stats', nullable: true })
  usageStats: object | null;
}
