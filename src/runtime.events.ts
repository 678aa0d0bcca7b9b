import type { Server } from 'node:http';
import { accountDefinition } from '#libs/account/account.definition';
import { Stream } from '#src/api/ws/stream';
import type { Inspect } from '#src/api/ws/stream-client';
import type { Config } from '#src/config/config';
import type { EventBus } from '#src/events/event-bus';
import { EventTail } from '#src/events/event-tail';
import type { Logger } from '#src/observability/logger';
import type { Metrics } from '#src/observability/metrics';
import type { EventLogRepository } from '#src/persistence/event-log.repository';
import type { Accounts } from '#src/supervision/accounts';
import type { RuntimeState } from '#src/observability/runtime-state';

/** The WebSocket at /ws, on the port of the API. */
export function openStream(
  server: Server,
  { apiKeys, statelyInspector }: Pick<Config, 'apiKeys' | 'statelyInspector'>,
  { eventTail, bus, state, metrics, accounts, log }: StreamSources,
): Stream {
  const inspect: Inspect = (accountId, tell) => accounts.inspect(accountId, tell);
  const statelyDefinition = statelyInspector ? accountDefinition() : null;
  const parts = { apiKeys, tail: eventTail, bus, state, metrics: metrics.stream, inspect, statelyDefinition };
  return new Stream(server, { ...parts, logger: log });
}

interface StreamSources {
  readonly eventTail: EventTail;
  readonly bus: EventBus;
  readonly state: RuntimeState;
  readonly metrics: Metrics;
  readonly accounts: Accounts;
  readonly log: Logger;
}

interface EventParts {
  readonly eventLog: EventLogRepository;
  readonly bus: EventBus;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The durable log and its one reader on this node, not yet followed by anybody. */
export function assembleEvents({ eventLog, bus, metrics, log }: EventParts) {
  const onTold = (events: number, lagMs: number): void => metrics.stream.told(events, lagMs);
  return { eventLog, eventTail: new EventTail({ log: eventLog, bus, logger: log, onTold }) };
}
