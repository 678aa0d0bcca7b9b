import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { type ActionKind } from '#libs/contracts/content';
import { AccountEntity } from './account.entity.js';

/** What was done to a message that is not here yet, until the message comes or EARLY_CHANGES_KEPT_MS are over. */
@Entity('early_change')
@Index('early_change_age', ['keptAt'])
export class EarlyChangeEntity {
  @PrimaryColumn('uuid', { name: 'account_id', primaryKeyConstraintName: 'early_change_pk' })
  accountId: string;

  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'early_change_account_fk' })
  account: Relation<AccountEntity>;

  @PrimaryColumn('text', { name: 'provider_message_id', primaryKeyConstraintName: 'early_change_pk' })
  providerMessageId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'early_change_pk' })
  kind: ActionKind;

  /** Who put the reaction; empty for the other kinds, of which the last one counts. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'early_change_pk' })
  person: string;

  /** The emoji, the new text, or nothing. */
  @Column('text')
  said: string;

  /** By the provider's clock, in milliseconds since 1970, as it was told. */
  @Column('double precision', { name: 'at_ms' })
  atMs: number;

  @Column('timestamptz', { name: 'kept_at' })
  keptAt: Date;
}
