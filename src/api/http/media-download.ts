import { create as disposition } from 'content-disposition';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { DOWNLOAD_SILENT_MS_MAX } from '#libs/contracts/limits/calls';
import type { OpenMedia } from '#src/application/stores';
import { ProblemError } from '../problem.js';
import { readRange } from './byte-range.js';

/**
 * The file as it is, or the part of it that was asked for. Strangers wrote it, also its type and name: it is to be saved,
 * not shown, and whatever shows it all the same runs nothing of it and has no origin.
 */
export async function sendMedia(
  request: FastifyRequest,
  reply: FastifyReply,
  opened: OpenMedia,
  silentMsMax = DOWNLOAD_SILENT_MS_MAX,
): Promise<void> {
  const { media } = opened;
  const etag = `"${media.sha256}"`;
  void reply.headers({
    etag,
    'accept-ranges': 'bytes',
    'content-disposition': disposition(media.filename ?? `${media.id}`),
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  });
  if (names(request.headers['if-none-match'], etag)) return sendNothing(reply.code(304), opened);
  void reply.type(media.mimeType);
  const range = request.method === 'GET' ? wantedRange(request, etag, media.bytes) : null;
  if (range === 'unsatisfiable') {
    await opened.close();
    void reply.header('content-range', `bytes */${media.bytes}`);
    throw new ProblemError('range_not_satisfiable');
  }
  const { first, last } = range ?? { first: 0, last: media.bytes - 1 };
  void reply.header('content-length', last - first + 1);
  if (range) void reply.code(206).header('content-range', `bytes ${first}-${last}/${media.bytes}`);
  // A stream of nothing keeps the length that HEAD tells.
  if (request.method === 'HEAD' || media.bytes === 0) return sendNothing(reply, opened, Readable.from([]));
  reply.raw.setTimeout(silentMsMax, () => reply.raw.destroy());
  void reply.send(opened.read(first, last));
}

async function sendNothing(reply: FastifyReply, opened: OpenMedia, nothing?: Readable): Promise<void> {
  await opened.close();
  void reply.send(nothing);
}

/** A part of another version of the file is of no use to whoever has the rest of this one. */
function wantedRange({ headers }: FastifyRequest, etag: string, bytes: number): ReturnType<typeof readRange> {
  const condition = headers['if-range'];
  return condition === undefined || condition === etag ? readRange(headers.range, bytes) : null;
}

function names(header: string | undefined, etag: string): boolean {
  const listed = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return listed.includes(etag) || listed.includes('*');
}
