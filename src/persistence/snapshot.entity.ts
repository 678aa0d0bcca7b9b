import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { AccountStatus, DesiredStatus } from '#libs/contracts/account';
import { AccountEntity } from './account.entity.js';

/** The machine of an account as last committed: whole, to restore it, and in columns, to show it. */
@Entity('account_snapshot')
export class SnapshotEntity {
  @PrimaryColumn('uuid', { name: 'account_id', primaryKeyConstraintName: 'account_snapshot_pk' })
  accountId: string;

  @OneToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'account_snapshot_account_fk' })
  account: Relation<AccountEntity>;

  /** bigint: text on its way through the driver. */
  @Column('bigint')
  epoch: string;

  /** Orders the writes under one epoch, see snapshot-write.ts. */
  @Column('bigint', { name: 'write_order' })
  writeOrder: string;

  @Column('timestamptz', { name: 'written_at' })
  writtenAt: Date;

  /** JSON; its machine and schema versions are inside. Not loaded unless asked for: lists don't need it. */
  @Column('text', { select: false })
  snapshot: string;

  @Column('text')
  status: AccountStatus;

  @Column('text')
  detail: string;

  @Column('text')
  desired: DesiredStatus;

  @Column('text', { nullable: true })
  phone: string | null;

  @Column('text', { name: 'reason_code', nullable: true })
  reasonCode: string | null;

  @Column('timestamptz', { name: 'reason_at', nullable: true })
  reasonAt: Date | null;

  @Column('text', { name: 'reason_detail', nullable: true })
  reasonDetail: string | null;

  @Column('timestamptz')
  since: Date;

  @Column('integer', { name: 'restart_count' })
  restartCount: number;

  @Column('timestamptz', { name: 'next_attempt_at', nullable: true })
  nextAttemptAt: Date | null;

  /** When the present state with its sub-state was entered. */
  @Column('timestamptz', { name: 'entered_at' })
  enteredAt: Date;

  @Column('integer', { name: 'transition_seq' })
  transitionSeq: number;
}
