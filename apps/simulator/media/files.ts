import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A file that some page has uploaded or some phone has sent. */
export interface StoredFile {
  /** Where pages fetch it from, `/media/<token>`. */
  readonly path: string;
  readonly bytes: number;
  /** hex */
  readonly sha256: string;
}

/** The media server's shelf: files on disk, whatever they are, under names that nobody can guess. */
export interface Files {
  /** Rejects when the stream breaks or is larger than FILE_BYTES_MAX; then nothing is kept. */
  store(content: Readable): Promise<StoredFile>;
  get(path: string): StoredFile | undefined;
  read(file: StoredFile): Readable;
  clear(): void;
}

/** WhatsApp's own limit is 2 GB, for documents; this is more than a page can hand over in one piece. */
export const FILE_BYTES_MAX = 512 * 1_048_576;

export function openFiles(folder: string): Files {
  // Nobody knows the files of an earlier run any more.
  rmSync(folder, { recursive: true, force: true });
  const files = new Map<string, StoredFile>();
  const placeOf = (token: string): string => join(folder, token);
  return {
    async store(content) {
      mkdirSync(folder, { recursive: true });
      const token = randomBytes(16).toString('hex');
      const hash = createHash('sha256');
      let bytes = 0;
      const measure = new Transform({
        transform(chunk: Buffer, _, next) {
          bytes += chunk.length;
          hash.update(chunk);
          next(bytes > FILE_BYTES_MAX ? new Error(`more than ${FILE_BYTES_MAX} bytes`) : null, chunk);
        },
      });
      const part = `${placeOf(token)}.part`;
      try {
        await pipeline(content, measure, createWriteStream(part));
      } catch (error) {
        rmSync(part, { force: true });
        throw error;
      }
      renameSync(part, placeOf(token));
      const file = { path: `/media/${token}`, bytes, sha256: hash.digest('hex') };
      files.set(file.path, file);
      return file;
    },
    get: (path) => files.get(path),
    read: (file) => createReadStream(placeOf(file.path.replace('/media/', ''))),
    clear() {
      files.clear();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** So many bytes that no two are alike for long, the same for the same seed: files that are too large to travel as base64. */
export function madeUp(bytes: number, seed: string): Readable {
  return Readable.from(
    (function* () {
      let block = createHash('sha512').update(seed).digest();
      const piece = Buffer.alloc(65_536);
      for (let left = bytes; left > 0; left -= piece.length) {
        for (let at = 0; at < piece.length; at += block.length) {
          block.copy(piece, at);
          if (at % 4_096 === 0) block = createHash('sha512').update(block).digest();
        }
        yield left < piece.length ? Buffer.from(piece.subarray(0, left)) : Buffer.from(piece);
      }
    })(),
  );
}
