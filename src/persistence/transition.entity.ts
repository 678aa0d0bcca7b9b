import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AccountEntity } from './account.entity.js';

/** One step of an account's history. Rows are only ever added. */
@Entity('account_transition')
export class TransitionEntity {
  @PrimaryColumn('uuid', { name: 'account_id', primaryKeyConstraintName: 'account_transition_pk' })
  accountId: string;

  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'account_transition_account_fk' })
  account: Relation<AccountEntity>;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'account_transition_pk' })
  seq: number;

  @Column('timestamptz')
  at: Date;

  @Column('text', { name: 'from_state', nullable: true })
  from: string | null;

  @Column('text', { name: 'to_state' })
  to: string;

  @Column('text')
  event: string;

  @Column('text', { nullable: true })
  cause: string | null;

  @Column('integer')
  incarnation: number;

  /** bigint: text on its way through the driver. */
  @Column('bigint')
  epoch: string;

  @Column('bigint', { name: 'held_ms' })
  heldMs: string;

  /** JSON (libs/account/account.record.ts). Null: written before steps could be replayed. Only exports load it. */
  @Column('text', { nullable: true, select: false })
  input: string | null;
}
