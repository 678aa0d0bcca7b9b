import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { ConfigurationView } from '#libs/contracts/configuration';
import { ApiModule } from '#src/api/api.module';
import { showBrowsers } from '#src/application/accounts-with-browsers';
import {
  ACCOUNT_ROUTER,
  ACCOUNT_STORE,
  AVAILABLE_PROVIDERS,
  DRIVER_CAPABILITIES,
  type DriverCapabilities,
  EVENT_BUS,
  EVENT_LOG,
  EVENT_SEARCH,
  MACHINE_DEADLINES,
  MEDIA_STORE,
  MESSAGE_OUTBOX,
  type MessageOutbox,
  NODE_ID,
  NODE_PACE,
  OUTBOX_STORE,
  type OutboxStore,
  SNAPSHOT_STORE,
  type SnapshotStore,
  STORED_STATS,
  type StoredAccounts,
  TRANSITION_STORE,
  type TransitionStore,
  WEBHOOK_STORE,
  WEBHOOK_TARGETS,
  type WebhookStore,
} from '#src/application/stores';
import { NODE_SUPERVISION } from '#src/application/supervision.queries';
import { timely } from '#src/application/timely-store';
import { CONFIGURATION } from '#src/config/configuration';
import type { EventLog } from '#src/events/event-log';
import type { EventSearch } from '#src/events/event-search';
import { COMMITTED_STATES } from '#src/observability/committed-states';
import { LOGGER } from '#src/observability/logger';
import { Metrics } from '#src/observability/metrics';
import { RuntimeState } from '#src/observability/runtime-state';
import type { Runtime } from './runtime.js';
import { accountDeadlines } from './runtime.deadlines.js';
import { leasingProviders } from './runtime.leasing.js';
import { webhookStoreOf } from './runtime.webhooks.js';

/** Hands the assembled parts to Nest under the tokens that the API and the use-cases ask for. */
@Global()
@Module({})
export class RuntimeModule {
  static of(runtime: Runtime, configuration: ConfigurationView): DynamicModule {
    const providers = [
      {
        provide: ACCOUNT_STORE,
        useValue: showBrowsers(timely<StoredAccounts>(runtime.accountStore), runtime.browsers),
      },
      { provide: TRANSITION_STORE, useValue: timely<TransitionStore>(runtime.transitions) },
      { provide: SNAPSHOT_STORE, useValue: timely<SnapshotStore>(runtime.snapshots) },
      { provide: MESSAGE_OUTBOX, useValue: timely<MessageOutbox>(runtime.messages) },
      { provide: OUTBOX_STORE, useValue: timely<OutboxStore>(runtime.outboxes) },
      { provide: DRIVER_CAPABILITIES, useValue: capabilitiesOf(runtime) },
      { provide: NODE_PACE, useValue: runtime.config.pace },
      { provide: MACHINE_DEADLINES, useValue: accountDeadlines(runtime.config) },
      { provide: MEDIA_STORE, useValue: runtime.media },
      { provide: WEBHOOK_STORE, useValue: timely<WebhookStore>(webhookStoreOf(runtime)) },
      { provide: WEBHOOK_TARGETS, useValue: runtime.webhookTargets },
      ...leasingProviders(runtime),
      { provide: ACCOUNT_ROUTER, useValue: runtime.router },
      { provide: NODE_SUPERVISION, useValue: runtime.supervision },
      { provide: EVENT_BUS, useValue: runtime.bus },
      { provide: EVENT_LOG, useValue: timely<EventLog>(runtime.eventLog) },
      { provide: EVENT_SEARCH, useValue: timely<EventSearch>(runtime.eventSearch) },
      { provide: STORED_STATS, useValue: runtime.storedStats },
      { provide: CONFIGURATION, useValue: configuration },
      { provide: NODE_ID, useValue: runtime.nodeId },
      { provide: AVAILABLE_PROVIDERS, useValue: new Set(runtime.drivers.keys()) },
      { provide: COMMITTED_STATES, useValue: runtime.recorder.states },
      { provide: RuntimeState, useValue: runtime.state },
      { provide: Metrics, useValue: runtime.metrics },
      { provide: LOGGER, useValue: runtime.log },
    ];
    return { module: RuntimeModule, imports: [ApiModule], providers, exports: providers };
  }
}

const capabilitiesOf = ({ drivers }: Runtime): DriverCapabilities =>
  new Map([...drivers].map(([provider, { can }]) => [provider, can]));
