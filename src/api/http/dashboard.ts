import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerTo, ProblemError } from '../problem.js';
import { bestType } from './accept.js';
import type { DashboardFile, DashboardFiles } from './dashboard-files.js';
import { sendProblem } from './problem.filter.js';

const PAGE = '/dashboard/*';
const BARE = '/dashboard';

/**
 * Own scripts, own workers (the inspector draws in one), own styles, own pictures, and calls to where the page came from: nothing inline, nothing of others, and
 * nobody may frame it. `blob:` is for the QR picture, which is fetched with the key and so cannot have an address.
 */
export const DASHBOARD_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A year, as long as caches keep anything. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Holds no secret and asks for the key itself, so it is given to everybody and in every phase. */
export const isDashboard = (route: string): boolean => route === PAGE || route === BARE;

/** A browser that opens this runtime is led to the dashboard, before it is asked for a key; programs are told who answers. */
export function leadToDashboard(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url !== '/' || !asksForPage(request)) return done();
    void reply.headers({ vary: 'accept', 'cache-control': 'no-store' }).redirect('dashboard/', 302);
  });
}

/** A browser says that it wants a page; a program that says nothing, or anything, gets JSON. */
const asksForPage = ({ headers }: FastifyRequest): boolean =>
  bestType(headers.accept, ['application/json', 'text/html']) === 'text/html';

/**
 * Serves the built dashboard below /dashboard/. Its addresses are relative, so that a proxy may put it anywhere. It is
 * read when somebody opens it for the first time: a start has no time for it.
 */
export function serveDashboard(instance: FastifyInstance, read: () => DashboardFiles): void {
  let files: DashboardFiles = new Map();
  const answer = (request: FastifyRequest, reply: FastifyReply, name: string): FastifyReply => {
    if (files.size === 0) files = read();
    const file = files.get(name === '' ? 'index.html' : name);
    return file
      ? sendFile(request, reply, file)
      : sayMissing(reply, files.size === 0 ? 'dashboard_missing' : 'not_found');
  };
  instance.get(BARE, (request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    return path.endsWith('/') ? answer(request, reply, '') : reply.redirect('dashboard/', 302);
  });
  instance.get(PAGE, (request, reply) => {
    const { '*': name = '' } = request.params as Readonly<Record<string, string>>;
    return answer(request, reply, name);
  });
}

function sayMissing(reply: FastifyReply, code: 'dashboard_missing' | 'not_found'): FastifyReply {
  const problem = answerTo(new ProblemError(code), () => '');
  sendProblem(reply, problem);
  return reply;
}

function sendFile({ headers }: FastifyRequest, reply: FastifyReply, file: DashboardFile): FastifyReply {
  void reply.headers({
    etag: file.etag,
    vary: 'accept-encoding',
    'cache-control': file.hashed ? FOR_EVER : 'no-cache',
    'content-security-policy': DASHBOARD_POLICY,
  });
  if (headers['if-none-match'] === file.etag) return reply.code(304).send();
  const takesGzip = /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));
  if (takesGzip) void reply.header('content-encoding', 'gzip');
  return reply.type(file.type).send(takesGzip ? file.gzipped : file.body);
}
