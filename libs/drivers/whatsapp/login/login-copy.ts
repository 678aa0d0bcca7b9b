import { readdirSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { flushAll } from './disk-flush.js';
import { type CopiedFiles, copyLoginFiles } from './login-files.js';
import { moveAside, type Profile } from './profile.js';

/**
 * The last good copy of a login: taken when a session that was connected has closed properly, used once when the profile
 * doesn't open, or opens without a login. All of it under our lock on the profile, while no browser runs.
 *
 * `good/session-{id}/{number}` is a whole copy; the highest number counts. A new one is made under a name that isn't a
 * number, gets its number when it is whole, and only then, with all of that on the disk, the older ones go. So a crash, or
 * a loss of power, at any line leaves a whole one. A number without a file in it (a disk that loses what it said it had, a
 * restored backup) is no copy, and never put before an older one.
 */
export type Keeping = ({ readonly ok: true } & CopiedFiles) | { readonly ok: false; readonly error: unknown };

/** Copies of earlier versions are numbered in this width, so that names sort as numbers do. */
const DIGITS = 8;
const HALF = 'half';

/** Takes a copy in the place of the one before. When it fails, the one before stays. */
export async function keepLogin({ path, copies }: Profile, hurry: AbortSignal): Promise<Keeping> {
  const half = join(copies, HALF);
  try {
    await mkdir(copies, { recursive: true, mode: 0o700 });
    await rm(half, { recursive: true, force: true });
    const files = await copyLoginFiles(path, half, hurry);
    const older = await numbered(copies);
    await rename(half, join(copies, String(Number(older.at(-1) ?? 0) + 1).padStart(DIGITS, '0')));
    await flushAll([copies], hurry);
    for (const name of older) await rm(join(copies, name), { recursive: true, force: true });
    return { ok: true, ...files };
  } catch (error) {
    await rm(half, { recursive: true, force: true }).catch(() => {}); // the next copy removes it
    return { ok: false, error };
  }
}

/** Whether there is a whole one; told without waiting. Where the disk doesn't let that be seen, there may be one. */
export function hasCopy({ copies }: Profile): boolean {
  try {
    return readdirSync(copies).some((name) => isNumber(name) && holdsFile(join(copies, name)));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/**
 * Moves the profile into the trash and the copy in its place. `none`: there is no copy, and nothing was touched.
 * A crash between the two leaves no profile and a copy: the next session finds no login, and comes here again.
 */
export async function putCopyInPlace(profile: Profile, now: Date): Promise<'done' | 'none'> {
  const newest = (await numbered(profile.copies)).findLast((name) => holdsFile(join(profile.copies, name)));
  if (newest === undefined) return 'none';
  await moveAside(profile, now);
  await rename(join(profile.copies, newest), profile.path);
  await rm(profile.copies, { recursive: true, force: true });
  return 'done';
}

async function numbered(copies: string): Promise<readonly string[]> {
  try {
    return (await readdir(copies)).filter(isNumber).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Ends at the first file. */
function holdsFile(folder: string): boolean {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.some((entry) => entry.isFile() || (entry.isDirectory() && holdsFile(join(folder, entry.name))));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw error;
  }
}

const isNumber = (name: string): boolean => /^\d+$/.test(name);
