import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { WebhookPause } from '#libs/contracts/webhook';
import { AccountEntity } from './account.entity.js';

/** Somebody who is told of events. */
@Entity('webhook')
@Index('webhook_of_account', ['accountId'])
export class WebhookEntity {
  /** UUIDv7: lists are ordered by it. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'webhook_pk' })
  id: string;

  @Column('text')
  label: string;

  @Column('text')
  url: string;

  /** Null: events of all accounts, and those of none. */
  @Column('uuid', { name: 'account_id', nullable: true })
  accountId: string | null;

  /** It stays for the history of an account that was marked as deleted, and goes when that is purged. */
  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'webhook_account_fk' })
  account: Relation<AccountEntity> | null;

  /** Patterns: `*`, `message.*`, a name. */
  @Column('text', { array: true })
  events: string[];

  @Column('text')
  secret: string;

  @Column('text', { default: 'active' })
  state: 'active' | 'paused';

  @Column('text', { name: 'paused_by', nullable: true })
  pausedBy: WebhookPause | null;

  @Column('timestamptz', { name: 'paused_at', nullable: true })
  pausedAt: Date | null;

  /** What waited through a pause has its days to be taken from here on. */
  @Column('timestamptz', { name: 'resumed_at', nullable: true })
  resumedAt: Date | null;

  /** Nothing was taken since; null while things go well. */
  @Column('timestamptz', { name: 'failing_since', nullable: true })
  failingSince: Date | null;

  /** To the second: not every delivery writes here. */
  @Column('timestamptz', { name: 'last_taken_at', nullable: true })
  lastTakenAt: Date | null;

  @Column('timestamptz', { name: 'last_failed_at', nullable: true })
  lastFailedAt: Date | null;

  @Column('text', { name: 'last_error', nullable: true })
  lastError: string | null;

  /** Raised when a person changes it, or it is paused: who is delivering looks at it anew. */
  @Column('integer', { default: 1 })
  version: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;
}
