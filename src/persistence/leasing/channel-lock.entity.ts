import { Entity, PrimaryColumn } from 'typeorm';

/** Nothing but a row to lock, where a tenant has bounded a channel over all accounts. */
@Entity('channel_lock')
export class ChannelLockEntity {
  @PrimaryColumn('text', { name: 'user_id', primaryKeyConstraintName: 'channel_lock_pk' })
  userId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'channel_lock_pk' })
  channel: string;
}
