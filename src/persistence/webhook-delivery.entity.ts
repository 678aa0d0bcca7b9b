import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { LoggedEventName } from '#libs/contracts/event-log';
import { WebhookEntity } from './webhook.entity.js';

/** One event for one webhook. Made by a trigger, in the transaction of the event. */
@Entity('webhook_delivery')
@Index('webhook_delivery_waiting', ['webhookId', 'accountId', 'eventId'], { where: `state = 'waiting'` })
@Index('webhook_delivery_dead', ['webhookId', 'eventId'], { where: `state = 'dead'` })
@Index('webhook_delivery_newest', ['webhookId', 'eventId'])
@Index('webhook_delivery_concluded', ['concludedAt'], { where: 'concluded_at IS NOT NULL' })
export class WebhookDeliveryEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'webhook_delivery_pk' })
  id: string;

  @Column('uuid', { name: 'webhook_id' })
  webhookId: string;

  @ManyToOne(() => WebhookEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'webhook_id', foreignKeyConstraintName: 'webhook_delivery_webhook_fk' })
  webhook: Relation<WebhookEntity>;

  /** bigint: text on its way through the driver. */
  @Column('bigint', { name: 'event_id' })
  eventId: string;

  @Column('text', { name: 'event_name' })
  eventName: LoggedEventName;

  @Column('uuid', { name: 'account_id', nullable: true })
  accountId: string | null;

  @Column('timestamptz', { name: 'event_at' })
  eventAt: Date;

  /** As in the log. */
  @Column('json')
  data: unknown;

  @Column('text', { default: 'waiting' })
  state: 'waiting' | 'taken' | 'dead';

  @Column('integer', { default: 0 })
  attempts: number;

  /** Of the first of its line; those behind it are due when it has gone. */
  @Column('timestamptz', { name: 'next_attempt_at', nullable: true })
  nextAttemptAt: Date | null;

  @Column('integer', { name: 'last_status', nullable: true })
  lastStatus: number | null;

  @Column('text', { name: 'last_error', nullable: true })
  lastError: string | null;

  @Column('integer', { name: 'duration_ms', nullable: true })
  durationMs: number | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  /** The days that it has to be taken count from here: its creation, or the call that wanted it again. */
  @Column('timestamptz', { name: 'wanted_at', default: () => 'now()' })
  wantedAt: Date;

  @Column('timestamptz', { name: 'concluded_at', nullable: true })
  concludedAt: Date | null;
}
