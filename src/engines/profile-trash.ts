import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Removed in one go at most, so that a full trash doesn't keep the disk busy for minutes. */
const REMOVED_MAX = 20;

/** Removes logins that were moved aside more than `days` ago. Answers how many; the next call goes on. */
export async function emptyProfileTrash(trashDir: string, days: number, now: number): Promise<number> {
  const names = await readdir(trashDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  let removed = 0;
  for (const name of names) {
    if (removed >= REMOVED_MAX) break;
    const path = join(trashDir, name);
    // A rename changes the folder's own change time, so that is when it was moved here.
    const { ctimeMs } = await stat(path);
    if (now - ctimeMs < days * 86_400_000) continue;
    await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}
