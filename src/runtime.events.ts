import type { DataSource } from 'typeorm';
import type { EventBus } from '#src/events/event-bus';
import { EventTail } from '#src/events/event-tail';
import type { Logger } from '#src/observability/logger';
import type { Metrics } from '#src/observability/metrics';
import { EventLogRepository } from '#src/persistence/event-log.repository';

interface EventParts {
  readonly dataSource: DataSource;
  readonly bus: EventBus;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The durable log and its one reader on this node, not yet followed by anybody. */
export function assembleEvents({ dataSource, bus, metrics, log }: EventParts) {
  const eventLog = new EventLogRepository(dataSource);
  const onTold = (events: number, lagMs: number): void => metrics.stream.told(events, lagMs);
  return { eventLog, eventTail: new EventTail({ log: eventLog, bus, logger: log, onTold }) };
}
