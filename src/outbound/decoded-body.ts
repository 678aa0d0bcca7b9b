import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/**
 * The body as it was before it was encoded for the way; null when we don't know how. It decodes no more than is read, so
 * that a body which grows a thousandfold costs whoever stops reading nothing.
 */
export function decodedBody(response: IncomingMessage): Readable | null {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return response;
  const decoder = decoders[encoding]?.();
  if (decoder === undefined) return null;
  // It may break before anybody reads, and an error that nobody hears ends the process. Whoever reads hears it.
  decoder.on('error', () => undefined);
  return pipeline(response, decoder, () => undefined);
}

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};
