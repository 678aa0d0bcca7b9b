import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  BODY_BYTES_MAX,
  LARGE_BODIES_MAX,
  REQUEST_READ_MS_MAX,
  UNREAD_BODY_MS_MAX,
  UPLOAD_READ_MS_MAX,
} from '#libs/contracts/limits/calls';
import { MEDIA_BODY_BYTES_MAX } from '#libs/contracts/limits/media';
import { answerTo, ProblemError } from '../problem.js';
import { isMultipart } from './file-part.js';
import { carriesFile, routeCarriesFile } from './file-routes.js';
import { sendProblem } from './problem.filter.js';

/**
 * How long a body may take; calls that may carry a file get more time. Node's own limit (`requestTimeout`) is one for all,
 * so it is the largest of them. Also for those that are refused before they are read, so this comes first of all hooks.
 */
export function timeBodies(
  instance: FastifyInstance,
  { readMsMax = REQUEST_READ_MS_MAX, unreadMsMax = UNREAD_BODY_MS_MAX } = {},
): void {
  instance.addHook('onRequest', (request, reply, done) => {
    if (!hasBody(request)) return done();
    const timer = setTimeout(() => giveUp(request, reply), carriesFile(request) ? UPLOAD_READ_MS_MAX : readMsMax);
    request.raw.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
    done();
  });
  instance.addHook('onResponse', (request, _reply, done) => {
    if (hasBody(request) && !request.raw.complete) {
      const timer = setTimeout(() => request.raw.destroy(), unreadMsMax);
      request.raw.once('close', () => clearTimeout(timer));
    }
    done();
  });
}

/** How large a body may be, and how many large ones are read at once; more of both for calls that may carry a file. */
export function limitBodies(instance: FastifyInstance): void {
  let large = 0;
  instance.addHook('onRoute', (route) => {
    if (routeCarriesFile(route.method, route.url)) route.bodyLimit = MEDIA_BODY_BYTES_MAX;
  });
  instance.addHook('onRequest', (request, reply, done) => {
    if (!carriesFile(request) || !hasBody(request) || !isLarge(request)) return done();
    if (large >= LARGE_BODIES_MAX) return refuse(reply, 'busy');
    large += 1;
    reply.raw.once('close', () => (large -= 1));
    done();
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** A multipart body is never in memory; one that does not say its length may be as large as it pleases. */
function isLarge({ headers }: FastifyRequest): boolean {
  return !isMultipart(headers) && Number(headers['content-length'] ?? Infinity) > BODY_BYTES_MAX;
}

/** It is told, if nothing else was yet; then nobody listens any more. */
function giveUp(request: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent) return void request.raw.destroy();
  reply.raw.once('finish', () => request.raw.destroy());
  refuse(reply, 'request_timeout');
}

function refuse(reply: FastifyReply, code: 'busy' | 'request_timeout'): void {
  void reply.header('connection', 'close');
  sendProblem(
    reply,
    answerTo(new ProblemError(code), () => ''),
  );
}
