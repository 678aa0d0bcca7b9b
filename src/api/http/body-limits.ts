import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  BODY_BYTES_MAX,
  LARGE_BODIES_MAX,
  MEDIA_BODY_BYTES_MAX,
  REQUEST_READ_MS_MAX,
  UPLOAD_READ_MS_MAX,
} from '#libs/contracts/limits';
import { answerTo, ProblemError } from '../problem.js';
import { isMultipart } from './file-part.js';
import { carriesFile, routeCarriesFile } from './file-routes.js';
import { sendProblem } from './problem.filter.js';

/**
 * How large a body may be, how long it may take, and how many large ones may be read at once. Calls that may carry a file
 * get more of each. Node's own limit of time (`requestTimeout`) is one for all, so it is the largest of them.
 */
export function limitBodies(instance: FastifyInstance, readMsMax = REQUEST_READ_MS_MAX): void {
  let large = 0;
  instance.addHook('onRoute', (route) => {
    if (routeCarriesFile(route.method, route.url)) route.bodyLimit = MEDIA_BODY_BYTES_MAX;
  });
  instance.addHook('onRequest', (request, reply, done) => {
    if (!hasBody(request)) return done();
    const withFile = carriesFile(request);
    const timer = setTimeout(() => giveUp(request, reply), withFile ? UPLOAD_READ_MS_MAX : readMsMax);
    request.raw.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
    if (!withFile || !isLarge(request)) return done();
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
