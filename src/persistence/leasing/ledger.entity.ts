import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

const RARE_SUBJECT = `what IN ('channel', 'limits')`;
const RARE_DECISION = `decision NOT IN ('granted', 'offered', 'accepted', 'extended', 'released', 'allowed', 'denied', 'done',
  'refunded', 'assumed')`;

/** A line for each decision. Rows are only ever added, by the statements of what they tell of. */
@Entity('lease_ledger')
@Index('lease_ledger_of_account', ['accountId', 'id'])
@Index('lease_ledger_of_service', ['serviceName', 'id'])
@Index('lease_ledger_of_tenant', ['userId', 'id'])
@Index('lease_ledger_of_lease', ['leaseId', 'id'])
@Index('lease_ledger_rare_subject', ['what', 'id'], { where: RARE_SUBJECT })
@Index('lease_ledger_rare_decision', ['decision', 'id'], { where: RARE_DECISION })
export class LedgerEntity {
  /** bigint: text on its way through the driver. */
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'lease_ledger_pk',
  })
  id: string;

  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  at: Date;

  @Column('uuid', { name: 'account_id', nullable: true })
  accountId: string | null;

  @Column('uuid', { name: 'lease_id', nullable: true })
  leaseId: string | null;

  @Column('bigint', { nullable: true })
  fence: string | null;

  @Column('text', { name: 'user_id', nullable: true })
  userId: string | null;

  @Column('text', { name: 'service_name', nullable: true })
  serviceName: string | null;

  @Column('text')
  what: string;

  @Column('text')
  decision: string;

  @Column('text', { nullable: true })
  why: string | null;

  @Column('jsonb', { nullable: true })
  details: object | null;
}
