import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../problem.js';
import { takesMultipart } from './file-routes.js';

/**
 * Bodies are JSON or nothing, but for uploads. An empty one with a JSON type counts as none, since many clients always
 * send the type; names that would reach a prototype are refused.
 */
export function readJsonBodies(instance: FastifyInstance): void {
  const parse = instance.getDefaultJsonParser('error', 'error');
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    if (body.trim() === '') return done(null, undefined);
    void parse(request, body, (error, value) => done(error && new ProblemError('invalid_json'), value));
  });
  // Left as it comes: its reader is the controller, which writes it to the disk piece by piece.
  instance.addContentTypeParser('multipart/form-data', (request, body, done) => {
    if (takesMultipart(request)) done(null, body);
    else done(new ProblemError('unsupported_media_type'));
  });
}
