import helmet from '@fastify/helmet';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { BODY_BYTES_MAX, REQUEST_READ_MS_MAX, UPLOAD_READ_MS_MAX } from '#libs/contracts/limits/calls';
import type { Config } from '#src/config/config';
import { createNestLogger, type Logger } from '#src/observability/logger';
import { Metrics } from '#src/observability/metrics';
import { RuntimeState } from '#src/observability/runtime-state';
import { answerTo } from '../problem.js';
import { WebSocketRequest } from '../ws/websocket-request.js';
import { logCalls } from './call-log.js';
import { limitBodies, timeBodies } from './body-limits.js';
import { leadToDashboard, serveDashboard } from './dashboard.js';
import { readDashboard } from './dashboard-files.js';
import { addGate } from './gate.js';
import { readJsonBodies } from './json-body.js';
import { ProblemFilter, sendProblem } from './problem.filter.js';
import { serveStately } from './stately-page.js';

export interface HttpAppOptions {
  readonly logger: Logger;
  readonly config: Pick<Config, 'apiKeys'> & Partial<Pick<Config, 'statelyInspector'>>;
}

/**
 * The Nest application with everything that stands between a socket and a controller: limits, keys, phase, problems.
 * Not yet initialised: the caller listens (or, in tests, calls `init`). `rootModule` imports ApiModule and gives,
 * globally, what stores.ts, Metrics and RuntimeState name.
 */
export async function createHttpApp(
  rootModule: Type | DynamicModule,
  { logger, config }: HttpAppOptions,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(rootModule, createAdapter(), {
    logger: createNestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  // No HSTS: whoever puts TLS before us decides for the whole host name.
  await app.register(helmet, {
    hsts: false,
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"] } },
  });
  const instance = app.getHttpAdapter().getInstance();
  instance.server.headersTimeout = REQUEST_READ_MS_MAX;
  timeBodies(instance);
  logCalls(instance, logger, app.get(Metrics));
  leadToDashboard(instance);
  addGate(instance, config.apiKeys, app.get(RuntimeState));
  limitBodies(instance);
  readJsonBodies(instance);
  serveDashboard(instance, readDashboard);
  if (config.statelyInspector) serveStately(instance);
  app.useGlobalFilters(new ProblemFilter(logger));
  return app;
}

function createAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    http: { IncomingMessage: WebSocketRequest },
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: UPLOAD_READ_MS_MAX, // of all; most have less, see body-limits.ts
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: PARAM_CHARS_MAX },
    // An address that can't be decoded never reaches a route, nor Nest.
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, answerTo(error, randomUUID)),
  });
}

/** Ids are 36 characters; a longer one is told as malformed, a much longer one as too long. */
const PARAM_CHARS_MAX = 200;
