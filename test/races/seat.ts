import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SIMULATED_CAN } from '#libs/drivers/simulated/simulated.driver';
import { ApiModule } from '#src/api/api.module';
import { createHttpApp } from '#src/api/http/http-app';
import { showBrowsers } from '#src/application/accounts-with-browsers';
import { AccountsService } from '#src/application/accounts.service';
import { MessagesService } from '#src/application/messages.service';
import { OneAtATime } from '#src/application/one-at-a-time';
import * as tokens from '#src/application/stores';
import type { StoredAccounts } from '#src/application/stores';
import { NODE_SUPERVISION } from '#src/application/supervision.queries';
import { CONFIGURATION, describeConfiguration } from '#src/config/configuration';
import { createLocalEventBus } from '#src/events/local-event-bus';
import { COMMITTED_STATES } from '#src/observability/committed-states';
import { createLogger, LOGGER, type Logger } from '#src/observability/logger';
import { Metrics } from '#src/observability/metrics';
import { RuntimeState } from '#src/observability/runtime-state';
import { memoryLeases } from '#test/support/memory-leases';
import type { Life } from './life.js';

@Global()
@Module({})
class LifeBehindIt {}

@Module({})
class SeatModule {}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}
export interface Answer {
  readonly status: number;
  /** Null: none, or none that is JSON. */
  readonly body: unknown;
}

/**
 * The whole HTTP side, which takes a second to make, in front of whichever life of a runtime sits behind it now. Calls that
 * are under way when that one ends are never answered.
 */
export class Seat {
  private life: Life | null = null;
  /** Lines of the log from `warn` on, since they were taken last. */
  private lines: string[] = [];
  private readonly runtime = new RuntimeState();

  private constructor(private app: NestFastifyApplication | null = null) {}

  static async open(): Promise<Seat> {
    const seat = new Seat();
    const config = { logLevel: 'warn', apiKeys: [], databaseUrl: null } as const;
    const logger = createLogger(config, { write: (line) => void seat.lines.push(line.trim()) });
    const root = { module: SeatModule, imports: [seat.worldOf(logger), ApiModule] };
    const app = await createHttpApp(root, { logger, config });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    seat.app = app;
    return seat;
  }

  /** Null: nobody sits there. Only then the API answers `starting`. */
  sit(life: Life | null, phase: 'starting' | 'running'): void {
    if (this.life !== life) this.forget();
    this.life = life;
    this.runtime.setPhase(phase);
  }

  /** Null: the line broke before there was an answer. */
  async call({ method, url, body, headers = {} }: Request): Promise<Answer | null> {
    const { life, app } = this;
    if (!life || !app) return null;
    const given = body ? { payload: body, headers: { ...headers, 'content-type': 'application/json' } } : { headers };
    const answer = app
      .inject({ method, url, ...given })
      .then(({ statusCode, body: text, headers: { 'content-type': type } }) => {
        const isJson = String(type).includes('json');
        return { status: statusCode, body: isJson ? (JSON.parse(text) as unknown) : null };
      });
    return Promise.race([answer, life.over.then(() => null)]);
  }

  takeLog(): readonly string[] {
    return this.lines.splice(0);
  }

  async close(): Promise<void> {
    await this.app?.close();
  }

  /** What its services remember would die with their process. */
  private forget(): void {
    const find = { strict: false };
    Reflect.set(this.app!.get(AccountsService, find), 'reconfiguring', new OneAtATime());
    Reflect.set(this.app!.get(MessagesService, find), 'providers', new Map());
  }

  private worldOf(logger: Logger): DynamicModule {
    const lifes = <Part extends object>(part: (life: Life) => Part): Part =>
      forward(() => this.life && part(this.life));
    const accounts = lifes(accountsOfNode);
    const news = createLocalEventBus(() => undefined);
    const browsers = { last: null };
    const metrics = new Metrics({ states: new Map(), news, browsers, brakes: () => [] });
    const values: readonly (readonly [symbol | (new (...args: never[]) => unknown), unknown])[] = [
      [tokens.ACCOUNT_STORE, showBrowsers(accounts, browsers)],
      [tokens.TRANSITION_STORE, lifes(({ transitions }) => transitions)],
      [tokens.SNAPSHOT_STORE, lifes(({ snapshots }) => snapshots)],
      [tokens.MESSAGE_OUTBOX, lifes(({ messages }) => messages)],
      [tokens.OUTBOX_STORE, lifes(({ outboxes }) => outboxes)],
      [tokens.ACCOUNT_ROUTER, lifes(({ router }) => router)],
      [tokens.EVENT_BUS, lifes(({ bus }) => bus)],
      [COMMITTED_STATES, lifes(({ recorder }) => recorder.states)],
      [tokens.DRIVER_CAPABILITIES, new Map([['simulated', SIMULATED_CAN]])],
      [tokens.NODE_PACE, { gapMsMin: 0, gapMsMax: 0, perMinuteMax: 0 }],
      [tokens.MACHINE_DEADLINES, {}],
      [tokens.NODE_ID, 'the node of each race'],
      [tokens.AVAILABLE_PROVIDERS, new Set(['simulated'])],
      // Files, webhooks, leases and what people look at take no part in a race.
      [tokens.MEDIA_STORE, {}],
      [tokens.WEBHOOK_STORE, {}],
      [tokens.WEBHOOK_TARGETS, {}],
      [tokens.EVENT_LOG, {}],
      [tokens.EVENT_SEARCH, {}],
      [tokens.STORED_STATS, {}],
      [NODE_SUPERVISION, {}],
      [CONFIGURATION, describeConfiguration({})],
      ...memoryLeases({ find: async () => null }),
      [LOGGER, logger],
      [Metrics, metrics],
      [RuntimeState, this.runtime],
    ];
    const providers = values.map(([provide, useValue]) => ({ provide, useValue }));
    return { module: LifeBehindIt, providers, exports: providers.map(({ provide }) => provide) };
  }
}

/** Nest gives each part its node's id once; here each race has another. */
const accountsOfNode = ({ accountStore, world }: Life): StoredAccounts => ({
  create: (account) => accountStore.create({ ...account, nodeId: world.nodeId }),
  find: (id) => accountStore.find(id),
  list: (query) => accountStore.list(query),
  patch: (id, patch) => accountStore.patch(id, patch),
  markDeleted: (id) => accountStore.markDeleted(id),
});

/** Stands for what `now` gives, which is another one at other times. */
function forward<Part extends object>(now: () => Part | null): Part {
  return new Proxy({} as Part, {
    get(_, name): unknown {
      const part = now();
      if (part === null || name === 'then') return undefined; // Nest looks what it is given
      const member: unknown = Reflect.get(part, name, part);
      return typeof member === 'function' ? (member.bind(part) as unknown) : member;
    },
  });
}
