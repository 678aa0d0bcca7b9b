import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person who does not want to hear of a tenant, through whichever account. */
@Entity('target_refusal')
export class TargetRefusalEntity {
  @PrimaryColumn('text', { name: 'user_id', primaryKeyConstraintName: 'target_refusal_pk' })
  userId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'target_refusal_pk' })
  target: string;

  /** No foreign key: a refusal stays when the account is gone. */
  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('text')
  cause: string;

  @Column('timestamptz')
  at: Date;
}
