import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerOf } from '#libs/processes/owner-lock';

/**
 * Our locks on profiles, as a session in an engine host takes them. A host that was ended by force leaves its claims: they
 * count for nothing, since it is dead, but nothing of ours is left lying about.
 */
export function profileLock(sessionsDir: string, accountId: string): string {
  return join(sessionsDir, 'locks', `session-${accountId}`);
}

/**
 * Removes the claims of the dead on all profiles. Answers how many profiles are still held by somebody alive. A lock is a
 * folder: a stray file beside them is nobody's claim, and must not keep all accounts from starting.
 */
export async function clearDeadLocks(sessionsDir: string): Promise<number> {
  const folder = join(sessionsDir, 'locks');
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const locks = entries.filter((entry) => entry.isDirectory());
  const owners = await Promise.all(locks.map(({ name }) => ownerOf(join(folder, name))));
  return owners.filter((owner) => owner !== undefined).length;
}
