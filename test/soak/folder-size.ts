import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface FolderSize {
  readonly files: number;
  /** What it takes on the disk, MB of 2^20 bytes; a file with several names counts once. */
  readonly mb: number;
}

const BLOCK_BYTES = 512;

/** What goes away while it is counted is not counted; a folder that isn't there is empty. */
export async function readFolderSize(path: string): Promise<FolderSize> {
  const names = await readdir(path, { recursive: true }).catch(() => []);
  const blocks = new Map<number, number>();
  for (const name of names) {
    const entry = await lstat(join(path, name)).catch(() => null);
    if (entry && !entry.isDirectory()) blocks.set(entry.ino, entry.blocks);
  }
  const all = [...blocks.values()].reduce((sum, count) => sum + count, 0);
  return { files: blocks.size, mb: (all * BLOCK_BYTES) / 2 ** 20 };
}
