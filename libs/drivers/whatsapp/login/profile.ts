import { mkdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Where an account's login lives: the browser's profile folder, our lock on it, its last good copy, the trash. */
export interface Profile {
  readonly path: string;
  readonly lock: string;
  /** See login-copy.ts. */
  readonly copies: string;
  readonly trash: string;
  readonly name: string;
}

/** Throws for an id that would not be the plain name of a folder. */
export function profileOf(dataDir: string, accountId: string): Profile {
  if (!/^[\w-]{1,100}$/.test(accountId)) throw new Error(`not an account id that can name a folder: ${accountId}`);
  const sessions = resolve(dataDir, 'sessions');
  const name = `session-${accountId}`;
  return {
    path: join(sessions, name),
    lock: join(sessions, 'locks', name),
    copies: join(sessions, 'good', name),
    trash: join(sessions, 'trash'),
    name,
  };
}

/** A login in the trash has its last good copy in this folder. */
export const COPY_IN_TRASH = 'last-good-copy';

/** Same millisecond, same account: it would need two sessions that ended at once. */
const NAMES_TRIED_MAX = 10;

/** Nothing is deleted: the login can be got back by hand until the trash is emptied. Null when there was none. */
export function moveAside({ path, trash, name }: Profile, now: Date): Promise<string | null> {
  return moveIntoTrash(path, trash, `${name}-${compact(now)}`);
}

/** The same for the copy of the login alone. */
export function moveCopiesAside({ copies, trash, name }: Profile, now: Date): Promise<string | null> {
  return moveIntoTrash(copies, trash, `${name}-${compact(now)}-copy`);
}

/**
 * Both, the copy inside its profile. It goes first: a copy from before a log-out must never come back, and a crash in
 * between leaves nothing that could.
 */
export async function moveLoginAside(profile: Profile, now: Date): Promise<string | null> {
  try {
    await rename(profile.copies, join(profile.path, COPY_IN_TRASH));
  } catch {
    await moveCopiesAside(profile, now); // no profile, or it is a file; it does nothing when there is no copy either
  }
  return moveAside(profile, now);
}

async function moveIntoTrash(path: string, trash: string, name: string): Promise<string | null> {
  await mkdir(trash, { recursive: true });
  for (let tries = 0; ; tries++) {
    const target = join(trash, `${name}${tries === 0 ? '' : `-${tries}`}`);
    try {
      await rename(path, target);
      return target;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return null;
      const isTaken = code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR';
      if (!isTaken || tries >= NAMES_TRIED_MAX) throw error;
    }
  }
}

function compact(time: Date): string {
  return time.toISOString().replace(/[-:.]/g, '');
}
