import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AccountEntity } from '../account.entity.js';

/** One unit of an action that was done, or is held to be done. It counts unless it was `refunded`. */
@Entity('usage_hold')
@Index('usage_hold_recent', ['accountId', 'actionType', 'heldAt'])
@Index('usage_hold_in_channel', ['accountId', 'channel', 'actionType'])
@Index('usage_hold_of_channel', ['channel', 'userId', 'actionType'], { where: 'channel IS NOT NULL' })
@Index('usage_hold_open', ['accountId'], { where: `state = 'held'` })
@Check('usage_hold_state_check', `state IN ('held', 'done', 'refunded', 'assumed')`)
export class UsageHoldEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'usage_hold_pk' })
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'usage_hold_account_fk' })
  account: Relation<AccountEntity>;

  /** Null: it was done under no lease. */
  @Column('uuid', { name: 'lease_id', nullable: true })
  leaseId: string | null;

  @Column('text', { name: 'user_id', nullable: true })
  userId: string | null;

  @Column('text', { name: 'action_type' })
  actionType: string;

  @Column('text', { nullable: true })
  channel: string | null;

  @Column('text')
  state: 'held' | 'done' | 'refunded' | 'assumed';

  @Column('timestamptz', { name: 'held_at' })
  heldAt: Date;

  /** Held no longer than this, which is within its lease. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt: Date | null;

  /** Null: nobody has said. */
  @Column('boolean', { nullable: true })
  success: boolean | null;
}
