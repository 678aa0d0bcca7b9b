import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AccountEntity } from './account.entity.js';

/** Which node owns an account, and under which number. A larger epoch makes every write of the smaller ones fail. */
@Entity('account_ownership')
export class OwnershipEntity {
  @PrimaryColumn('uuid', { name: 'account_id', primaryKeyConstraintName: 'account_ownership_pk' })
  accountId: string;

  @OneToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'account_ownership_account_fk' })
  account: Relation<AccountEntity>;

  @Column('text', { name: 'node_id', nullable: true })
  nodeId: string | null;

  /** bigint: text on its way through the driver. */
  @Column('bigint')
  epoch: string;

  /** Null: owned until taken. A single node is fenced by its DATA_DIR lock, not by time. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;
}
