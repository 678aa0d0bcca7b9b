import { join, resolve } from 'node:path';
import { acquireOwnerLock, type LockHolder } from '#libs/processes/owner-lock';

/** One runtime for one DATA_DIR. `message` is one line for the person who started the second. */
export type DataDirLock =
  | { readonly ok: true; release(): Promise<void> }
  | { readonly ok: false; readonly why: 'data_dir_in_use'; readonly holder: LockHolder; readonly message: string };

/**
 * Taken before anything in DATA_DIR is touched and released last; a dead runtime's lock is taken over. Makes DATA_DIR when
 * missing. How it excludes, and why safely, stands in libs/processes/owner-lock.ts.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const lock = await acquireOwnerLock(join(dataDir, 'lock'));
  if (lock.ok) return lock;
  const { pid, since } = lock.holder;
  const message =
    `DATA_DIR ${resolve(dataDir)} is in use by process ${pid} since ${since.toISOString()}: ` +
    'stop that one first, or give this one a DATA_DIR of its own';
  return { ok: false, why: 'data_dir_in_use', holder: lock.holder, message };
}
