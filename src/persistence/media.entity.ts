import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AccountEntity } from './account.entity.js';

/** A file under DATA_DIR/media, named by its id. */
@Entity('media')
@Index('media_age', ['expiresAt'])
@Index('media_of_account', ['accountId', 'id'])
export class MediaEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'media_pk' })
  id: string;

  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @ManyToOne(() => AccountEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'media_account_fk' })
  account: Relation<AccountEntity>;

  @Column('text')
  origin: 'upload' | 'url' | 'received';

  @Column('text', { name: 'mime_type' })
  mimeType: string;

  @Column('text', { nullable: true })
  filename: string | null;

  /** Text, as the driver reads a bigint. */
  @Column('bigint')
  bytes: string;

  /** Hex. */
  @Column('text')
  sha256: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;
}
