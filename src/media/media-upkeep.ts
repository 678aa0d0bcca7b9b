import { join } from 'node:path';
import { MEDIA_ROWS_AT_ONCE_MAX, MEDIA_STRAY_MS_MIN } from '#libs/contracts/limits/media';
import type { Disk } from './disk.js';
import type { MediaFolder } from './media-folder.js';
import type { MediaRows } from './media-rows.js';

export interface Tidied {
  /** Files that were kept long enough. */
  readonly expired: number;
  /** Files of dead runs, and files without a row: of purged accounts, or left by a crash. */
  readonly strays: number;
}

/** Removes what is old and what nobody knows. Breaks off, with what it has done, when the signal comes. */
export async function tidyMedia(
  { folder, rows, disk }: { readonly folder: MediaFolder; readonly rows: MediaRows; readonly disk: Disk },
  now: number,
  signal: AbortSignal,
): Promise<Tidied> {
  let expired = 0;
  for (let removed = MEDIA_ROWS_AT_ONCE_MAX; removed === MEDIA_ROWS_AT_ONCE_MAX && !signal.aborted; ) {
    const ids = await rows.removeExpired(now, MEDIA_ROWS_AT_ONCE_MAX);
    for (const id of ids) await folder.remove(id);
    removed = ids.length;
    expired += removed;
  }
  let strays = 0;
  for (const unfinished of ['tmp', 'incoming']) strays += await endRuns(folder, disk, unfinished, now);
  for (const shard of (await disk.list(folder.dir)).filter((name) => SHARD.test(name))) {
    if (signal.aborted) break;
    strays += await sweep({ folder, rows, disk }, shard, now);
  }
  return { expired, strays };
}

/** Of other runs: all. Of this one: what nobody has come back for. */
async function endRuns(folder: MediaFolder, disk: Disk, unfinished: string, now: number): Promise<number> {
  let removed = 0;
  for (const run of await disk.list(join(folder.dir, unfinished))) {
    const path = join(folder.dir, unfinished, run);
    const files = await disk.list(path);
    if (run !== folder.run) {
      await disk.remove(path);
      removed += files.length;
      continue;
    }
    for (const file of files) removed += Number(await removeIfOld(disk, join(path, file), now));
  }
  return removed;
}

/** A file without a row may be one whose row is just being written, so it must be old, too. */
async function sweep(
  { folder, rows, disk }: { readonly folder: MediaFolder; readonly rows: MediaRows; readonly disk: Disk },
  shard: string,
  now: number,
): Promise<number> {
  // What has another name was put there by somebody else.
  const ids = (await disk.list(join(folder.dir, shard))).filter((name) => ID.test(name));
  let removed = 0;
  for (let from = 0; from < ids.length; from += MEDIA_ROWS_AT_ONCE_MAX) {
    const some = ids.slice(from, from + MEDIA_ROWS_AT_ONCE_MAX);
    const known = await rows.known(some);
    for (const id of some.filter((candidate) => !known.has(candidate))) {
      removed += Number(await removeIfOld(disk, join(folder.dir, shard, id), now));
    }
  }
  return removed;
}

async function removeIfOld(disk: Disk, path: string, now: number): Promise<boolean> {
  const changedAt = await disk.changedAt(path);
  if (changedAt === null || changedAt > now - MEDIA_STRAY_MS_MIN) return false;
  await disk.remove(path);
  return true;
}

const SHARD = /^[0-9a-f]{2}$/;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
