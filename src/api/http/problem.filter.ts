import { randomUUID } from 'node:crypto';
import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allowedMethods } from './allowed-methods.js';
import { answerTo, type ProblemAnswer, ProblemError } from '../problem.js';
import type { Logger } from '#src/observability/logger';

/** Whatever was thrown on the way to an answer becomes problem+json. The unforeseen is logged once, with its cause. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const answer = answerTo(error instanceof NotFoundException ? nothingThere(request) : error, randomUUID);
    if (answer.problem.code === 'internal_error') this.logUnforeseen(error, answer, request);
    if (reply.sent) return;
    sendProblem(reply, answer);
  }

  private logUnforeseen(error: unknown, { problem }: ProblemAnswer, request: FastifyRequest): void {
    const { method, routeOptions } = request;
    this.logger.error({ err: error, reference: problem.reference, method, route: routeOptions?.url }, 'a call failed');
  }
}

export function sendProblem(reply: FastifyReply, { problem, headers }: ProblemAnswer): void {
  void reply.code(problem.status).headers(headers).type('application/problem+json').send(JSON.stringify(problem));
}

function nothingThere({ method, url }: FastifyRequest): ProblemError {
  const allowed = allowedMethods(url.split('?', 1)[0] ?? '/');
  if (allowed.length === 0 || allowed.includes(method)) return new ProblemError('not_found');
  return new ProblemError('method_not_allowed', { allow: allowed.join(', ') });
}
