import { open } from 'node:fs/promises';

/** A flush waits for the disk; several at once wait together. */
const FLUSHED_AT_ONCE_MAX = 16;

/** Files, and folders, whose flush brings the names in them to the disk. Throws when `hurry` comes, or the disk refuses. */
export async function flushAll(paths: readonly string[], hurry: AbortSignal): Promise<void> {
  for (let at = 0; at < paths.length; at += FLUSHED_AT_ONCE_MAX) {
    hurry.throwIfAborted();
    await Promise.all(paths.slice(at, at + FLUSHED_AT_ONCE_MAX).map(flush));
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } catch (error) {
    // Some file systems on a network flush no folders; a refusal of the disk itself has another name.
    if (!isFolderRefusal(error) || !(await file.stat()).isDirectory()) throw error;
  } finally {
    await file.close();
  }
}

function isFolderRefusal(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return ['EINVAL', 'ENOTSUP', 'ENOSYS'].includes(code);
}
