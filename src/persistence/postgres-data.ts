import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { writeDataDirFile } from './data-dir-file.js';
import { type PostgresBinaries } from './postgres-binaries.js';
import { EmbeddedPostgresError } from './postgres-error.js';
import { assertReachable, type ServerUser } from './postgres-user.js';

/** The superuser of our database; its password is in the folder, readable by the server's user alone. */
export const POSTGRES_ROLE = 'muster';

/** The files of our Postgres, ready to be started on. All belong to the server's user. */
export interface PostgresFolder {
  readonly data: string;
  readonly log: string;
  readonly password: string;
}

/** 1 s on a quiet machine, with the disk's sync; a slow disk gets its time. */
const INITDB_MS_MAX = 120_000;

/** Makes what is missing: folder, password, database. A first start that was killed half-way leaves nothing that counts. */
export async function preparePostgresFolder(
  dir: string,
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
  stop: AbortSignal,
): Promise<PostgresFolder> {
  const at = (name: string): string => join(resolve(dir), name);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await give(dir, user);
  assertReachable(resolve(dir), user, 'its data');

  const made = (await readIfThere(at('data/PG_VERSION')))?.trim();
  if (made !== undefined && made !== binaries.major) {
    throw new EmbeddedPostgresError(
      'other_version',
      `${at('data')} was made by Postgres ${made}, this program brings ${binaries.major}: restore a dump into a fresh DATA_DIR, or set DATABASE_URL`,
    );
  }
  const password = await passwordIn(at('password'), made !== undefined, user);
  if (made === undefined) await initialise(at('data'), at('password'), binaries, user, stop);
  return { data: at('data'), log: at('postgres.log'), password };
}

async function passwordIn(path: string, needed: boolean, user: ServerUser | undefined): Promise<string> {
  const kept = (await readIfThere(path))?.trim();
  if (kept) return kept;
  if (needed) {
    throw new EmbeddedPostgresError(
      'data_damaged',
      `${path} is missing or empty, so the database beside it cannot be opened: restore both from a backup`,
    );
  }
  const password = randomBytes(24).toString('base64url');
  await writeDataDirFile(path, `${password}\n`);
  await give(path, user);
  return password;
}

/** initdb works in a draft that is renamed when whole: it writes PG_VERSION first, long before the rest. */
async function initialise(
  data: string,
  passwordFile: string,
  { initdb }: PostgresBinaries,
  user: ServerUser | undefined,
  stop: AbortSignal,
): Promise<void> {
  const leftovers = (await readdir(data).catch(() => [])).length;
  if (leftovers > 0) {
    throw new EmbeddedPostgresError(
      'data_damaged',
      `${data} holds files but no PG_VERSION: restore it from a backup, or move it away to begin anew`,
    );
  }
  const draft = `${data}.draft`;
  await rm(draft, { recursive: true, force: true });
  await give(passwordFile, user); // a kill may have come between its writing and its giving
  const how = ['-U', POSTGRES_ROLE, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8'];
  // the builtin provider sorts the same on every system, so a copied DATA_DIR keeps its indexes right
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const environment = { ...user, cwd: '/', env: { PATH: process.env['PATH'] }, timeout: INITDB_MS_MAX };
  const making = promisify(execFile)(initdb, ['-D', draft, ...how, ...locale], environment);
  const breakOff = (): void => void making.child.kill('SIGKILL'); // asked, it first brings all to the disk
  stop.addEventListener('abort', breakOff, { once: true });
  if (stop.aborted) breakOff();
  try {
    await making; // settles when its helpers have gone, too: they hold its output
  } catch (error) {
    if (stop.aborted)
      throw new EmbeddedPostgresError('stopped', 'the start of Postgres was broken off', { cause: error });
    const said = (error as { stderr?: string }).stderr?.trim() ?? '';
    throw new EmbeddedPostgresError('did_not_start', `could not make a database in ${data}: ${said}`, { cause: error });
  } finally {
    stop.removeEventListener('abort', breakOff);
  }
  await rename(draft, data);
}

async function give(path: string, user: ServerUser | undefined): Promise<void> {
  if (user !== undefined) await chown(path, user.uid, user.gid);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
