import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '#src/observability/logger';
import type { Metrics } from '#src/observability/metrics';

/** Asking changes nothing and happens every few seconds: nobody wants to read it. */
const asking: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Each answered call: a measurement, and a line with its route (never headers, bodies or the query). */
export function logCalls(instance: FastifyInstance, logger: Logger, metrics: Metrics): void {
  instance.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions?.url ?? 'unknown';
    metrics.observeCall(request.method, route, reply.statusCode, reply.elapsedTime);
    writeLine(logger, request, reply, route);
    done();
  });
}

function writeLine(logger: Logger, { method, params }: FastifyRequest, reply: FastifyReply, route: string): void {
  const level = asking.has(method) ? 'debug' : 'info';
  const { id } = (params ?? {}) as { id?: string };
  logger[level]({ method, route, id, status: reply.statusCode, ms: Math.round(reply.elapsedTime * 10) / 10 }, 'call');
}
