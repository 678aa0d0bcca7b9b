import { mkdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Where an account's login lives: the browser's profile folder, and beside it our lock on it. */
export interface Profile {
  readonly path: string;
  readonly lock: string;
  readonly trash: string;
  readonly name: string;
}

/** Throws for an id that would not be the plain name of a folder. */
export function profileOf(dataDir: string, accountId: string): Profile {
  if (!/^[\w-]{1,100}$/.test(accountId)) throw new Error(`not an account id that can name a folder: ${accountId}`);
  const sessions = resolve(dataDir, 'sessions');
  const name = `session-${accountId}`;
  return { path: join(sessions, name), lock: join(sessions, 'locks', name), trash: join(sessions, 'trash'), name };
}

/** Same millisecond, same account: it would need two sessions that ended at once. */
const NAMES_TRIED_MAX = 10;

/** Nothing is deleted: the login can be got back by hand until the trash is emptied. Null when there was none. */
export async function moveAside({ path, trash, name }: Profile, now: Date): Promise<string | null> {
  await mkdir(trash, { recursive: true });
  const time = now.toISOString().replace(/[-:.]/g, '');
  for (let tries = 0; ; tries++) {
    const target = join(trash, `${name}-${time}${tries === 0 ? '' : `-${tries}`}`);
    try {
      await rename(path, target);
      return target;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return null;
      if ((code !== 'ENOTEMPTY' && code !== 'EEXIST') || tries >= NAMES_TRIED_MAX) throw error;
    }
  }
}
