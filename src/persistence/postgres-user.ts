import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EmbeddedPostgresError } from './postgres-error.js';

/** The user the server runs as. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root, so root starts it as an unprivileged user. Undefined: we aren't root, it runs as we do. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = ['postgres', 'nobody'].map(lookUp).find((found) => found !== undefined);
  if (user !== undefined) return user;
  throw new EmbeddedPostgresError(
    'unsupported_platform',
    'Postgres does not run as root, and there is no user "postgres" or "nobody" to run it as: start as another user, or set DATABASE_URL',
  );
}

function lookUp(name: string): ServerUser | undefined {
  const ask = (flag: '-u' | '-g'): number =>
    Number(execFileSync('id', [flag, name], { stdio: 'pipe', encoding: 'utf8' }));
  try {
    return { name, uid: ask('-u'), gid: ask('-g') };
  } catch {
    return undefined; // no such user, which is what we ask
  }
}

/** Throws, naming the folder, when the server's user cannot get to this path. Folders below it aren't looked at. */
export function assertReachable(path: string, user: ServerUser | undefined, what: string): void {
  const closed = user && closedFolder(path, user);
  if (closed === undefined) return;
  throw new EmbeddedPostgresError(
    'folder_closed',
    `Postgres does not run as root, so it is started as user "${user?.name}", who cannot enter ${closed} and so cannot reach ${what} ` +
      `(${path}): move it out of there (/opt or /srv, not /root), or run "chmod o+x ${closed}", or start as another user, or set DATABASE_URL`,
  );
}

/**
 * The outermost folder on the way to this path that the user may not enter. By mode, owner and group alone: the server is
 * started without further groups, and access lists are rare on such folders.
 */
export function closedFolder(
  path: string,
  user: ServerUser,
  statOf: (path: string) => Mode = statSync,
): string | undefined {
  const folders = [resolve(path)];
  for (let at = resolve(path); at !== dirname(at); at = dirname(at)) folders.unshift(dirname(at));
  return folders.find((folder) => {
    const { mode, uid, gid } = statOf(folder);
    const enter = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    return (mode & enter) === 0;
  });
}

interface Mode {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}
