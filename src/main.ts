import './heap.js';
import { onSignals } from './signals.js';
import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { existsSync } from 'node:fs';
import { createHttpApp } from '#src/api/http/http-app';
import { type Config, ConfigError, loadConfig } from '#src/config/config';
import { describeConfiguration } from '#src/config/configuration';
import { createLogger, type Logger } from '#src/observability/logger';
import { watchDisk } from '#src/observability/disk-space';
import { watchLoopDelay } from '#src/observability/loop-delay';
import { logNews } from '#src/observability/news-log';
import { startResourceLine } from '#src/observability/resource-line';
import { lockDataDir } from '#src/persistence/data-dir-lock';
import { NewerDatabaseError } from '#src/persistence/data-source';
import { nodeIdOf } from '#src/persistence/node-id';
import { EmbeddedPostgresError } from '#src/persistence/postgres-error';
import { careForBrowsers } from './browser-care.js';
import { openStream } from './runtime.events.js';
import { assembleRuntime } from './runtime.js';
import { RuntimeModule } from './runtime.module.js';
import { type Opened, startRuntime } from './start.js';
import { stopRuntime } from './stop.js';

/** Past the shutdown's own deadline this much is granted before the process leaves whatever is still open. */
const WATCHDOG_EXTRA_MS = 5_000;
/** Calls that are being answered at the stop get this long; a caller who says nothing must not hold it up. */
const HTTP_CLOSE_MS = 1_000;
/** After the stop nothing of ours is open; whatever still keeps the process alive is not worth waiting for. */
const LINGER_MS_MAX = 1_000;

await main();

async function main(): Promise<void> {
  const config = readConfig();
  const log = createLogger(config);
  const lock = await lockDataDir(config.dataDir);
  if (!lock.ok) return refuse(lock.message);

  const runtime = assembleRuntime(config, await nodeIdOf(config.dataDir), log);
  const opened: Opened = {};
  const aborted = new AbortController();
  const hurry = new AbortController();
  const rootModule = RuntimeModule.of(runtime, describeConfiguration(process.env));
  const http = await createHttpApp(rootModule, { logger: log, config });
  const stream = openStream(http.getHttpServer(), config, runtime);
  const loopDelay = watchLoopDelay();
  runtime.state.addReadinessPart(loopDelay);
  runtime.state.addReadinessPart(watchDisk(config.dataDir, config.diskFreeMbMin));
  const endNewsLog = logNews(runtime.bus, log);
  const endResourceLine = startResourceLine({
    logger: log,
    states: runtime.recorder.states,
    browsers: runtime.browsers,
  });

  const endBrowserCare = careForBrowsers(runtime);

  let starting: Promise<void> = Promise.resolve();
  let stopping: Promise<void> | null = null;
  const stop = (why: string, exitCode: number): Promise<void> =>
    (stopping ??= (async () => {
      log.info({ why }, 'stopping');
      aborted.abort();
      const watchdog = setTimeout(() => process.exit(1), config.shutdownDeadlineMs + WATCHDOG_EXTRA_MS);
      endResourceLine();
      endBrowserCare();
      loopDelay.close();
      const closing = { closeStream: () => stream.close(), closeHttp: () => closeHttp(http) };
      const held = { opened, starting, ...closing, releaseDataDir: () => lock.release() };
      const clean = await stopRuntime(runtime, held, hurry.signal);
      clearTimeout(watchdog);
      endNewsLog();
      log.info({ clean }, 'stopped');
      process.exitCode = clean ? exitCode : 1;
      setTimeout(() => process.exit(), LINGER_MS_MAX).unref();
    })());
  onSignals((signal) => {
    if (stopping) hurry.abort();
    else void stop(signal, 0);
  });
  if (aborted.signal.aborted) return; // asked to stop while it was loaded

  try {
    log.info({ step: 0, url: await listen(http, config), nodeId: runtime.nodeId, pid: process.pid }, 'listening');
    starting = startRuntime(runtime, opened, aborted.signal);
    await starting;
  } catch (error) {
    if (!aborted.signal.aborted) reportFailedStart(log, config, error);
    await stop('the start failed', 1);
  }
}

/** Not by Nest's `listen`, which writes a line of its own about a port in use. */
async function listen(http: NestFastifyApplication, { port, host }: Config): Promise<string> {
  await http.init();
  return http.getHttpAdapter().getInstance().listen({ port, host });
}

/** Nest waits for every connection to end by itself, also for one that never asked anything. */
async function closeHttp(http: NestFastifyApplication): Promise<void> {
  const timer = setTimeout(() => http.getHttpServer().closeAllConnections(), HTTP_CLOSE_MS);
  await http.close();
  clearTimeout(timer);
}

/** The environment, and what an .env file here adds to it; the environment wins. */
function readConfig(): Config {
  if (existsSync('.env')) process.loadEnvFile('.env');
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refuse(error.message);
  }
}

function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function reportFailedStart(log: Logger, config: Config, err: unknown): void {
  const code = (err as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE')
    log.fatal(`port ${config.port} of ${config.host} is in use: stop that program, or set PORT`);
  else if (err instanceof EmbeddedPostgresError || err instanceof NewerDatabaseError) log.fatal(err.message);
  else log.fatal({ err }, 'the start failed');
}
