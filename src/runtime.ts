import type { Provider } from '#libs/contracts/account';
import type { Driver } from '#libs/drivers/driver';
import { LOOK_BACK_MS } from '#libs/leasing/decision';
import { createLocalRouter } from '#src/cluster/local-router';
import type { Config } from '#src/config/config';
import { BrowserWatch } from '#src/engines/browser-watch';
import type { EventBus } from '#src/events/event-bus';
import { createLocalEventBus } from '#src/events/local-event-bus';
import type { Logger } from '#src/observability/logger';
import { Metrics } from '#src/observability/metrics';
import { RuntimeState } from '#src/observability/runtime-state';
import { AccountRepository } from '#src/persistence/account.repository';
import { createDataSource } from '#src/persistence/data-source';
import { EventLogRepository } from '#src/persistence/event-log.repository';
import { EventSearchRepository } from '#src/persistence/event-search.repository';
import { InboxRepository } from '#src/persistence/inbox.repository';
import { LeaseRepository } from '#src/persistence/leasing/lease.repository';
import { LedgerRepository } from '#src/persistence/leasing/ledger.repository';
import { UsageRepository } from '#src/persistence/leasing/usage.repository';
import { MediaRepository } from '#src/persistence/media.repository';
import { MessageRepository } from '#src/persistence/message.repository';
import { OutboxRepository } from '#src/persistence/outbox.repository';
import { OwnershipRepository } from '#src/persistence/ownership.repository';
import { createSnapshotRecorder, type SnapshotRecorder } from '#src/persistence/snapshot-recorder';
import { SnapshotRepository } from '#src/persistence/snapshot.repository';
import { StatsRepository } from '#src/persistence/stats.repository';
import { TransitionRepository } from '#src/persistence/transition.repository';
import { Accounts } from '#src/supervision/accounts';
import type { MediaFiles } from '#src/supervision/ports';
import { accountDeadlines } from './runtime.deadlines.js';
import { assembleDrivers } from './runtime.drivers.js';
import { assembleEvents } from './runtime.events.js';
import { assembleMedia } from './runtime.media.js';
import { NodeWatches, superviseNode } from './runtime.supervision.js';
import { assembleWebhooks } from './runtime.webhooks.js';
import { systemClock, systemDice } from './system.js';

/** All parts of a runtime, wired and idle: nothing is connected, started or read yet. */
export type Runtime = ReturnType<typeof assembleRuntime>;

/** The composition root: here, and nowhere else, stand the concrete drivers, stores and buses. */
export function assembleRuntime(config: Config, nodeId: string, log: Logger) {
  const bus = createLocalEventBus((err, event) => log.error({ err, event: event.event }, 'a listener failed'));
  const store = assembleStore(log);
  const state = new RuntimeState();
  const watches = new NodeWatches();
  const recorder = createSnapshotRecorder({
    write: (entries) =>
      watches.recorder.during(() => timeCommit(metrics, entries.length, () => store.snapshots.write(entries))),
    clock: systemClock,
    bus,
    log,
  });
  const engines = assembleDrivers(config, log);
  const files = assembleMedia(config, new MediaRepository(store.dataSource));
  const browsers = new BrowserWatch({ ...engines, everyMs: config.browsers.lookEveryMs, log });
  const metrics = new Metrics({
    states: recorder.states,
    news: bus,
    browsers,
    brakes: () => accounts.brakes(),
    queueLengths: () => store.messages.queueLengths(),
    media: () => files.mediaKeeper.figures(),
    deliveries: () => hooks.deliveries.count(),
  });
  const { dataSource } = store;
  const hooks = assembleWebhooks({ config, dataSource, bus, log, observe: metrics.observeDelivery });
  const events = assembleEvents({ eventLog: new EventLogRepository(store.dataSource), bus, metrics, log });
  const { messages, inbox } = store;
  const { media } = files;
  const accounts = assembleAccounts(config, { bus, recorder, messages, inbox, media, drivers: engines.drivers, log });
  // Always up: restarts that are held are no fault of this runtime.
  state.addReadinessPart({ name: 'restarts', check: () => ({ status: 'up', brakes: accounts.brakes() }) });
  const supervision = superviseNode({
    ...{ watches, accounts, browsers, recorder },
    hosts: engines.hosts,
    browserMbMax: config.browsers.memoryMbMax,
  });
  const router = createLocalRouter(accounts, store.ownership, nodeId);
  return {
    config,
    nodeId,
    log,
    bus,
    ...store,
    state,
    recorder,
    metrics,
    ...engines,
    ...files,
    ...events,
    ...hooks,
    browsers,
    watches,
    supervision,
    accounts,
    router,
  };
}

function assembleStore(log: Logger) {
  // Its address is known only when the database is up; see start.ts.
  const dataSource = createDataSource('postgres://not-started', (err) =>
    log.warn({ err }, 'a database connection was lost'),
  );
  return {
    dataSource,
    accountStore: new AccountRepository(dataSource),
    ownership: new OwnershipRepository(dataSource),
    snapshots: new SnapshotRepository(dataSource),
    transitions: new TransitionRepository(dataSource),
    messages: new MessageRepository(dataSource),
    inbox: new InboxRepository(dataSource),
    outboxes: new OutboxRepository(dataSource),
    leases: new LeaseRepository(dataSource),
    ledger: new LedgerRepository(dataSource),
    usage: new UsageRepository(dataSource, LOOK_BACK_MS),
    eventSearch: new EventSearchRepository(dataSource),
    storedStats: new StatsRepository(dataSource),
  };
}

interface AccountParts {
  readonly bus: EventBus;
  readonly recorder: SnapshotRecorder;
  readonly messages: MessageRepository;
  readonly inbox: InboxRepository;
  readonly media: MediaFiles;
  readonly drivers: ReadonlyMap<Provider, Driver>;
  readonly log: Logger;
}

function assembleAccounts(
  { deadlines, restart, launchParallelMax, pace, outboxStaleAfterMs, receiveMedia }: Config,
  { bus, ...parts }: AccountParts,
): Accounts {
  return new Accounts({
    ...parts,
    clock: systemClock,
    dice: systemDice,
    launchParallelMax,
    pace,
    receivesMedia: receiveMedia,
    staleAfterMs: outboxStaleAfterMs,
    restart,
    deadlines: accountDeadlines({ deadlines, restart }),
    onStaleOutbox: (accountId) =>
      bus.publish({ event: 'outbox.paused', accountId, at: systemClock.now(), by: 'stale' }),
    onMessage: (event, message) => bus.publish({ event, accountId: message.accountId, at: systemClock.now(), message }),
    onLoading: (accountId, percent) =>
      bus.publish({ event: 'account.loading', accountId, at: systemClock.now(), percent }),
    note: ({ type, supervisor, at, ref: { id, incarnation }, ...more }) => {
      const data = { incarnation, ...more };
      bus.publish({ event: 'supervisor.noted', accountId: id, at, what: `${supervisor}.${type}`, data });
    },
    noteBrake: ({ type, supervisor, at, ...data }) =>
      bus.publish({ event: 'supervisor.noted', accountId: null, at, what: `${supervisor}.${type}`, data }),
  });
}

async function timeCommit<T>(metrics: Metrics, entries: number, write: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const written = await write();
  metrics.observeCommit(entries, performance.now() - began);
  return written;
}
