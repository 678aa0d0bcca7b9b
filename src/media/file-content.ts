import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { MEDIA_DISK_LOOK_BYTES } from '#libs/contracts/limits/media';
import type { Disk } from './disk.js';

/** A file that is whole and on the disk. */
export interface Measured {
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** `broken_off`: the content failed on its way here, not the disk. */
export type WriteOutcome =
  | { readonly ok: true; readonly file: Measured }
  | { readonly ok: false; readonly why: 'media_too_large' | 'disk_full' | 'broken_off'; readonly cause?: unknown };

interface Place {
  readonly path: string;
  readonly bytesMax: number;
  /** Asked again and again while it is written: others write at the same time. */
  readonly obstacle: () => string | null;
}

/** Never more in memory than a chunk. Leaves nothing at the path unless it is whole. */
export async function writeContent(disk: Disk, content: Readable, place: Place): Promise<WriteOutcome> {
  let outcome: WriteOutcome | null = null;
  try {
    const handle = await disk.open(place.path, 'wx');
    try {
      outcome = await pour(content, handle, place);
      if (outcome.ok) await handle.sync();
    } finally {
      await handle.close();
    }
    return outcome;
  } catch (cause) {
    outcome = isFull(cause) ? { ok: false, why: 'disk_full', cause } : null;
    if (outcome === null) throw cause;
    return outcome;
  } finally {
    if (outcome?.ok !== true) await disk.remove(place.path);
  }
}

async function pour(content: Readable, handle: FileHandle, place: Place): Promise<WriteOutcome> {
  const hash = createHash('sha256');
  const chunks = content[Symbol.asyncIterator]();
  let bytes = 0;
  let lookAt = 0;
  for (;;) {
    let next: IteratorResult<unknown>;
    try {
      next = await chunks.next();
    } catch (cause) {
      return { ok: false, why: 'broken_off', cause };
    }
    if (next.done) return { ok: true, file: { path: place.path, bytes, sha256: hash.digest('hex') } };
    const chunk = next.value as Buffer;
    bytes += chunk.length;
    if (bytes > place.bytesMax) return { ok: false, why: 'media_too_large' };
    if (bytes >= lookAt) {
      if (place.obstacle() !== null) return { ok: false, why: 'disk_full' };
      lookAt = bytes + MEDIA_DISK_LOOK_BYTES;
    }
    hash.update(chunk);
    await writeAll(handle, chunk);
  }
}

/** A write may take a part only, which says that the disk is nearly full; the next one says so in words. */
async function writeAll(handle: FileHandle, chunk: Buffer): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    written += (await handle.write(chunk, written)).bytesWritten;
  }
}

/** Null when nothing is there. It counts as changed now, so that nobody takes it for one that was left. */
export async function measureFile(disk: Disk, path: string, now: number): Promise<Measured | null> {
  const found = (await disk.changedAt(path)) !== null;
  if (!found) return null;
  await disk.touch(path, now);
  const handle = await disk.open(path, 'r');
  try {
    await handle.sync();
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false })) {
      bytes += (chunk as Buffer).length;
      hash.update(chunk as Buffer);
    }
    return { path, bytes, sha256: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}

export function isFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
