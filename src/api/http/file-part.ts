import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { IncomingHttpHeaders } from 'node:http';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { readFilename, readMimeType } from '#libs/contracts/file-names';
import { UPLOAD_FIELDS_MAX, UPLOAD_FIELD_BYTES_MAX } from '#libs/contracts/limits/calls';
import { MEDIA_BYTES_MAX } from '#libs/contracts/limits/media';
import { ProblemError } from '../problem.js';

/** A file on its way in: as it comes, never as a whole. */
export interface FilePart {
  readonly content: Readable;
  readonly mimeType: string;
  readonly filename: string | null;
}

export const isMultipart = (headers: IncomingHttpHeaders): boolean =>
  /^multipart\/form-data\b/i.test(headers['content-type'] ?? '');

/**
 * The part `file` of a multipart body, once it begins; all other parts are passed over. `content` ends when the part and
 * the body end, and fails with a ProblemError when the body breaks off or is malformed. Whoever wants no more destroys it:
 * what still comes is then passed over, so that the caller gets to hear the answer.
 */
export function readFilePart(body: Readable, headers: IncomingHttpHeaders): Promise<FilePart> {
  return new Promise((resolve, reject) => {
    const parts = openParts(headers);
    const content = new PassThrough();
    let begun = false;
    content.on('error', () => undefined); // it may fail before anybody reads, who hears it then
    parts.on('file', (field, file, filename, _encoding, mimeType) => {
      if (begun || field !== 'file') return void file.resume();
      begun = true;
      file.on('error', () => undefined); // the body's end tells
      file.pipe(content, { end: false });
      content.once('close', () => file.resume());
      resolve({ content, mimeType: readMimeType(mimeType), filename: readFilename(filename) });
    });
    pipeline(body, parts, (error) => {
      if (error) content.destroy(malformed(error.message));
      else content.end();
      if (!begun) reject(malformed(error?.message ?? 'There is no part named `file`.'));
    });
  });
}

function openParts(headers: IncomingHttpHeaders): BusboyInstance {
  const limits = {
    // One more than is taken, so that what is too large is told from what just fits.
    fileSize: MEDIA_BYTES_MAX + 1,
    files: UPLOAD_FIELDS_MAX,
    fields: UPLOAD_FIELDS_MAX,
    parts: UPLOAD_FIELDS_MAX,
    fieldSize: UPLOAD_FIELD_BYTES_MAX,
  };
  try {
    return new Busboy({
      headers: { ...headers, 'content-type': headers['content-type'] ?? '' },
      limits,
      // A file may come without a name; by itself the parser would take it for a field then.
      isPartAFile: (field, _type, filename) => field === 'file' || filename !== undefined,
    });
  } catch (error) {
    throw malformed((error as Error).message);
  }
}

const malformed = (detail: string): ProblemError => new ProblemError('invalid_request', { detail });
