import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** One row: what is to be remembered of the log as a whole. */
@Entity('event_log')
@Check('event_log_check', 'only_one')
export class EventLogEntity {
  @PrimaryColumn('boolean', { name: 'only_one', primaryKeyConstraintName: 'event_log_pk' })
  onlyOne: true;

  /** Events up to this id were removed by their age. */
  @Column('bigint', { name: 'forgotten_to' })
  forgottenTo: string;
}
