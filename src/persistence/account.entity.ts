import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Provider } from '#libs/contracts/account';
import type { OutboxPause } from '#libs/contracts/outbox';

/** What a person said of an account. What its machine says is in the snapshot; without one it is DISCONNECTED. */
@Entity('account')
export class AccountEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'account_pk' })
  id: string;

  @Column('text')
  label: string;

  @Column('text')
  provider: Provider;

  @Column('jsonb')
  settings: object;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  /** Marked as deleted: invisible, and purged after DELETED_RETENTION_DAYS. */
  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt: Date | null;

  /** Null: its outbox runs. */
  @Column('text', { name: 'outbox_paused_by', nullable: true })
  outboxPausedBy: OutboxPause | null;

  @Column('timestamptz', { name: 'outbox_paused_at', nullable: true })
  outboxPausedAt: Date | null;
}
