import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AccountEntity } from '../account.entity.js';

/** The lease of now, and what decides whether the account may be leased. `-infinity`: it is not, or never was. */
@Entity('account_slot')
export class SlotEntity {
  @PrimaryColumn('uuid', { name: 'account_id', primaryKeyConstraintName: 'account_slot_pk' })
  accountId: string;

  @OneToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'account_slot_account_fk' })
  account: Relation<AccountEntity>;

  /** Raised by each lease. bigint: text on its way through the driver. */
  @Column('bigint', { default: 0 })
  fence: string;

  /** Of the lease of now or, when that is over, of the last one; so with all up to `leasedAt`. */
  @Column('uuid', { name: 'lease_id', nullable: true })
  leaseId: string | null;

  @Column('text', { name: 'user_id', nullable: true })
  userId: string | null;

  @Column('text', { name: 'service_name', nullable: true })
  serviceName: string | null;

  @Column('text', { nullable: true })
  purpose: string | null;

  @Column('text', { name: 'target_channel_id', nullable: true })
  targetChannelId: string | null;

  @Column('timestamptz', { name: 'leased_at', nullable: true })
  leasedAt: Date | null;

  /** The lease lives until then. What was released has none, whatever the clock says later. */
  @Column('timestamptz', { name: 'expires_at', default: '-infinity' })
  expiresAt: Date;

  /** The lease is only offered: nobody has heard of it, and it has no row of its own before it is accepted. */
  @Column('boolean', { default: false })
  offered: boolean;

  @Column('timestamptz', { name: 'cooling_until', default: '-infinity' })
  coolingUntil: Date;

  @Column('text', { name: 'cooling_cause', nullable: true })
  coolingCause: string | null;

  /** Floods, each within a day of the one before. */
  @Column('integer', { default: 0 })
  floods: number;

  @Column('timestamptz', { name: 'flood_at', nullable: true })
  floodAt: Date | null;

  /** Passing faults in a row. */
  @Column('integer', { default: 0 })
  faults: number;

  /** It rested, and nobody has asked it anything since. */
  @Column('boolean', { name: 'needs_probe', default: false })
  needsProbe: boolean;

  /** Out until it is connected anew. */
  @Column('timestamptz', { name: 'login_dead_at', nullable: true })
  loginDeadAt: Date | null;

  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt: Date | null;

  @Column('float8', { default: 1 })
  score: number;

  @Column('timestamptz', { name: 'score_at', default: () => 'now()' })
  scoreAt: Date;
}
