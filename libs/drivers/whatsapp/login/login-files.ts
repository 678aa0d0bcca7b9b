import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { flushAll } from './disk-flush.js';
import { COPY_IN_TRASH } from './profile.js';

/** What Chromium makes anew by itself: caches, code of service workers, reports, its own locks. Everything else is copied. */
const LEFT_OUT = new Set([
  'Cache',
  'Code Cache',
  'GPUCache',
  'GrShaderCache',
  'ShaderCache',
  'GraphiteDawnCache',
  'DawnCache',
  'DawnGraphiteCache',
  'DawnWebGPUCache',
  'CacheStorage',
  'Service Worker',
  'blob_storage',
  'Crashpad',
  'Crash Reports',
  'BrowserMetrics',
  'component_crx_cache',
  'extensions_crx_cache',
  'Safe Browsing',
  'DevToolsActivePort',
  'LOCK',
  COPY_IN_TRASH, // of a profile that somebody brought back from there
]);

/** Smaller files are always copied: then not even a program that writes into them can spoil the copy with the original. */
const LINKED_BYTES_MIN = 256 * 1024;

export interface CopiedFiles {
  readonly copied: number;
  /** Shared with the profile, at no cost: files that Chromium never changes once they are written. */
  readonly linked: number;
  readonly bytesCopied: number;
}

/**
 * Copies what makes up a login out of a profile that no browser uses. What was copied is on the disk when this resolves.
 * Throws when `hurry` comes, or the disk refuses; what was made so far is left to the caller.
 */
export async function copyLoginFiles(from: string, to: string, hurry: AbortSignal): Promise<CopiedFiles> {
  const copied: string[] = [];
  const folders: string[] = [];
  const total = { linked: 0, bytesCopied: 0 };
  const copyFolder = async (source: string, target: string): Promise<void> => {
    await mkdir(target, { mode: 0o700 });
    folders.push(target);
    for (const entry of await readdir(source, { withFileTypes: true })) {
      hurry.throwIfAborted();
      if (LEFT_OUT.has(entry.name)) continue;
      const [one, other] = [join(source, entry.name), join(target, entry.name)];
      if (entry.isDirectory()) await copyFolder(one, other);
      if (!entry.isFile()) continue; // links and sockets are Chromium's locks
      const bytes = await takeOver(one, other);
      if (bytes === 'linked') total.linked += 1;
      else {
        copied.push(other);
        total.bytesCopied += bytes;
      }
    }
  };
  await copyFolder(from, to);
  await flushAll([...copied, ...folders], hurry); // a file whose name is not on the disk is lost as well
  return { copied: copied.length, ...total };
}

/** The bytes copied, when it had to be copied. */
async function takeOver(from: string, to: string): Promise<number | 'linked'> {
  const { size } = await stat(from);
  if (size >= LINKED_BYTES_MIN && isWrittenOnce(from) && (await linked(from, to))) return 'linked';
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  return size;
}

/** Tables of LevelDB, and what IndexedDB keeps outside of it: written once, then only deleted. */
function isWrittenOnce(path: string): boolean {
  return path.endsWith('.ldb') || path.includes('.indexeddb.blob/');
}

/** Another file system, or one without links: then it is copied. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EXDEV' || code === 'EPERM' || code === 'EMLINK' || code === 'ENOTSUP' || code === 'ENOSYS')
      return false;
    throw error;
  }
}
