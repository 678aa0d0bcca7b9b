import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RuntimeState } from '#src/observability/runtime-state';
import { type CallerCheck, createCallerCheck } from '../caller-check.js';
import { answerTo, ProblemError } from '../problem.js';
import { isDashboard } from './dashboard.js';
import { isStately } from './stately-page.js';
import { sendProblem } from './problem.filter.js';

/** Probes have no keys. Matched by route, not by address, so that no spelling of an address slips through. */
const withoutKey: ReadonlySet<string> = new Set(['/health/live', '/health/ready']);
const always: ReadonlySet<string> = new Set(['/health', '/health/live', '/health/ready']);
const harmless: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Who may pass before anything is read of the request, unknown addresses included: the caller first, then the phase of the
 * runtime. While it starts only health answers; while it stops nothing is taken that would change anything.
 */
export function addGate(instance: FastifyInstance, apiKeys: readonly string[], runtime: RuntimeState): void {
  const refuseCaller = createCallerCheck(apiKeys);
  instance.addHook('onRequest', (request, reply, done) => {
    void reply.header('cache-control', 'no-store');
    const refusal = refuse(request, refuseCaller, runtime);
    if (refusal === null) return done();
    sendProblem(
      reply,
      answerTo(refusal, () => ''),
    );
  });
}

function refuse(request: FastifyRequest, refuseCaller: CallerCheck, runtime: RuntimeState): ProblemError | null {
  const route = request.routeOptions?.url ?? '';
  if (isDashboard(route) || isStately(route)) return null;
  const refusal = withoutKey.has(route) ? null : refuseCaller(request.headers);
  if (refusal) return refusal;
  if (always.has(route)) return null;
  if (runtime.phase === 'starting') return new ProblemError('starting');
  if (runtime.phase === 'shutting_down' && !harmless.has(request.method)) return new ProblemError('shutting_down');
  return null;
}
