import { join } from 'node:path';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Provider } from '#libs/contracts/account';
import { CAPABILITIES, type DriverCapability } from '#libs/contracts/capabilities';
import type { CommittedState, MusterEvent } from '#libs/contracts/events';
import { ApiModule } from '#src/api/api.module';
import { createHttpApp } from '#src/api/http/http-app';
import type { MediaRows } from '#src/media/media-rows';
import { showBrowsers } from '#src/application/accounts-with-browsers';
import * as tokens from '#src/application/stores';
import { NODE_SUPERVISION } from '#src/application/supervision.queries';
import { createLocalEventBus } from '#src/events/local-event-bus';
import type { BrowserLook } from '#src/observability/browser-figures';
import { CONFIGURATION, describeConfiguration } from '#src/config/configuration';
import { COMMITTED_STATES } from '#src/observability/committed-states';
import { createLogger, LOGGER } from '#src/observability/logger';
import { Metrics } from '#src/observability/metrics';
import { type Phase, RuntimeState } from '#src/observability/runtime-state';
import { MemoryMedia } from './memory-media.js';
import { type MediaStage, type MediaStageOptions, openMediaStage, temporaryFolder } from './media-stage.js';
import { memoryLeases } from './memory-leases.js';
import { MemoryEventLog } from './memory-event-log.js';
import { MemoryRouter } from './memory-router.js';
import { MemoryStats } from './memory-stats.js';
import { MemoryStores } from './memory-stores.js';
import { everyTarget, MemoryWebhooks } from './memory-webhooks.js';
import { QUIET_NODE } from './quiet-node.js';

const ALL: ReadonlySet<DriverCapability> = new Set(CAPABILITIES);

/** What every such runtime has. */
const FIXED = [
  [tokens.DRIVER_CAPABILITIES, new Map(['whatsapp', 'simulated'].map((provider) => [provider, ALL]))],
  [tokens.NODE_PACE, { gapMsMin: 0, gapMsMax: 0, perMinuteMax: 0 }],
  [tokens.MACHINE_DEADLINES, { launch: 61_000 }],
  [tokens.NODE_ID, 'node-1'],
  [NODE_SUPERVISION, { report: () => QUIET_NODE }],
  [tokens.AVAILABLE_PROVIDERS, new Set<Provider>(['whatsapp', 'simulated'])],
] as const;
const FIGURES = {
  brakes: () => [{ provider: 'simulated', on: true, held: 7 }],
  queueLengths: async () => new Map(Object.entries({ a: 3, b: 4 })),
};

@Global()
@Module({})
class MemoryWorld {}

@Module({})
class HttpRuntimeModule {}

export interface HttpRuntime extends AsyncDisposable {
  readonly app: NestFastifyApplication;
  readonly stores: MemoryStores;
  readonly router: MemoryRouter;
  readonly runtime: RuntimeState;
  readonly states: Map<string, CommittedState>;
  readonly metrics: Metrics;
  readonly media: MediaStage;
  readonly news: MusterEvent[];
  readonly events: MemoryEventLog;
  readonly storedStats: MemoryStats;
  /** The last look at the browsers; a test sets it. */
  readonly browsers: { last: BrowserLook | null };
  publish(event: MusterEvent): void;
  /** All lines logged so far. */
  log(): string;
}

export interface HttpRuntimeOptions {
  readonly apiKeys?: readonly string[];
  readonly phase?: Phase;
  /** Of the runtime’s own; only STATELY_INSPECTOR does something here. */
  readonly env?: NodeJS.ProcessEnv;
  /** In place of rows in memory. The files are always real, in a folder of their own. */
  readonly media?: MediaRows;
  readonly files?: Pick<MediaStageOptions, 'bytesMax' | 'diskFreeMbMin' | 'fetchMsMax'>;
  readonly webhooks?: tokens.WebhookStore;
  readonly webhookTargets?: tokens.WebhookTargets;
  readonly leases?: readonly (readonly [symbol, unknown])[];
  /** Real ones, in place of those in memory. */
  readonly stores?: Pick<MemoryStores, 'accounts' | 'transitions' | 'snapshots' | 'messages' | 'outboxes'>;
}

/** The whole HTTP side, real but for the store and the actors behind it. */
export async function startHttpRuntime(options: HttpRuntimeOptions = {}): Promise<HttpRuntime> {
  const stores = new MemoryStores();
  const behind = options.stores ?? stores;
  const router = new MemoryRouter(stores);
  const runtime = new RuntimeState();
  const states = new Map<string, CommittedState>();
  const { config, logger, lines } = openLog(options);
  const bus = createLocalEventBus((error) => logger.error({ err: error }, 'a listener failed'));
  const news: MusterEvent[] = [];
  bus.subscribe((event) => news.push(event));
  const browsers: HttpRuntime['browsers'] = { last: null };
  const folder = await temporaryFolder();
  const media = openMediaStage({
    dir: join(folder.path, 'media'),
    rows: options.media ?? new MemoryMedia(),
    ...options.files,
  });
  const [events, storedStats] = [new MemoryEventLog(), new MemoryStats()];
  const metrics = new Metrics({ states, news: bus, browsers, ...FIGURES });
  const world = worldOf([
    [tokens.ACCOUNT_STORE, showBrowsers(behind.accounts, browsers)],
    ...storesOf(behind, options),
    ...FIXED,
    [tokens.MEDIA_STORE, media.store],
    [tokens.ACCOUNT_ROUTER, router],
    [CONFIGURATION, describeConfiguration({ PORT: '0', ...options.env })],
    [tokens.EVENT_BUS, bus],
    ...logOf(events, storedStats),
    [COMMITTED_STATES, states],
    [LOGGER, logger],
    [Metrics, metrics],
    [RuntimeState, runtime],
  ]);
  const app = await createHttpApp({ module: HttpRuntimeModule, imports: [world, ApiModule] }, { logger, config });
  runtime.setPhase(options.phase ?? 'running');
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return {
    app,
    stores,
    router,
    runtime,
    states,
    metrics,
    media,
    news,
    events,
    storedStats,
    browsers,
    publish: (event) => bus.publish(event),
    log: () => lines.join(''),
    async [Symbol.asyncDispose]() {
      await app.close();
      metrics.close();
      media.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function openLog({ apiKeys = [], env }: HttpRuntimeOptions) {
  const lines: string[] = [];
  const statelyInspector = env?.['STATELY_INSPECTOR'] === 'true';
  const config = { logLevel: 'trace', apiKeys, databaseUrl: null, statelyInspector } as const;
  return { config, lines, logger: createLogger(config, { write: (line) => void lines.push(line) }) };
}

const logOf = (events: MemoryEventLog, storedStats: MemoryStats) =>
  [
    [tokens.EVENT_LOG, events],
    [tokens.EVENT_SEARCH, events],
    [tokens.STORED_STATS, storedStats],
  ] as const;

const storesOf = (behind: NonNullable<HttpRuntimeOptions['stores']>, options: HttpRuntimeOptions) =>
  [
    [tokens.TRANSITION_STORE, behind.transitions],
    [tokens.SNAPSHOT_STORE, behind.snapshots],
    [tokens.MESSAGE_OUTBOX, behind.messages],
    [tokens.OUTBOX_STORE, behind.outboxes],
    ...(options.leases ?? memoryLeases(behind.accounts)),
    [tokens.WEBHOOK_STORE, options.webhooks ?? new MemoryWebhooks(behind.accounts)],
    [tokens.WEBHOOK_TARGETS, options.webhookTargets ?? everyTarget],
  ] as const;

function worldOf(values: readonly (readonly [symbol | (new (...args: never[]) => unknown), unknown])[]): DynamicModule {
  const providers = values.map(([provide, useValue]) => ({ provide, useValue }));
  return { module: MemoryWorld, providers, exports: providers.map(({ provide }) => provide) };
}
