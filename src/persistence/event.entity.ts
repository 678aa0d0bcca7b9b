import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { LoggedEventName } from '#libs/contracts/event-log';

/** One line of the durable log. Rows are only ever added, by the statements of the changes they tell of. */
@Entity('event')
@Index('event_of_account', ['accountId', 'id'])
export class EventEntity {
  /** bigint: text on its way through the driver. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'event_pk', default: () => 'next_event_id()' })
  id: string;

  /** No foreign key: what happened stays told when the account is gone. Null: it belongs to none. */
  @Column('uuid', { name: 'account_id', nullable: true })
  accountId: string | null;

  @Column('text')
  name: LoggedEventName;

  @Column('timestamptz', { default: () => 'now()' })
  at: Date;

  /** In the form of the table it comes from; event-row.ts makes the view of it. */
  @Column('json')
  data: unknown;
}
