import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Nothing more is done for this purpose in this channel, by no account, until its owner takes the row away. */
@Entity('channel_stop')
export class ChannelStopEntity {
  @PrimaryColumn('text', { name: 'user_id', primaryKeyConstraintName: 'channel_stop_pk' })
  userId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'channel_stop_pk' })
  purpose: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'channel_stop_pk' })
  channel: string;

  /** With which it came to light; no foreign key, since it stays when the account is gone. */
  @Column('uuid', { name: 'account_id' })
  accountId: string;

  @Column('text')
  cause: string;

  @Column('timestamptz')
  since: Date;
}
