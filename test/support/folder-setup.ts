import { existsSync } from 'node:fs';
import { access, chmod, constants, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';

const IN_MEMORY = '/dev/shm';
/** The folders of all tests that run at once take less than a quarter of it. */
const FREE_BYTES_MIN = 8 * 2 ** 30;
/** Whoever was killed last may still be leaving, and write; pauses grow by 0.1 s. */
const REMOVE_TRIES_MAX = 10;

/**
 * Before the system tests: where there is room, their temporary folders lie in memory. They make some hundred databases and
 * browser profiles, which cost a disk a quarter of all their time. Elsewhere they lie where the system has such folders.
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['TMPDIR']?.startsWith(IN_MEMORY) || !(await hasRoom())) return undefined;
  await removeLeftovers();
  const folder = await mkdtemp(join(IN_MEMORY, `muster-tests-${process.pid}-`));
  await chmod(folder, 0o755); // Postgres runs as another user when we are root, and must get in
  process.env['TMPDIR'] = folder;
  return () => rm(folder, { recursive: true, force: true, maxRetries: REMOVE_TRIES_MAX });
}

async function hasRoom(): Promise<boolean> {
  try {
    await access(IN_MEMORY, constants.W_OK);
    const { bavail, bsize } = await statfs(IN_MEMORY);
    return bavail * bsize >= FREE_BYTES_MIN && freemem() >= FREE_BYTES_MIN;
  } catch {
    return false; // no such folder: not Linux
  }
}

/** Of runs that were killed: nothing else would give their memory back. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(IN_MEMORY)) {
    const pid = /^muster-tests-(\d+)-/.exec(name)?.[1];
    if (pid && !existsSync(`/proc/${pid}`)) await rm(join(IN_MEMORY, name), { recursive: true, force: true });
  }
}
