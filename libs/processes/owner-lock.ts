import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, thisProcess, type ProcessIdentity } from './process-identity.js';

/**
 * An exclusive lock that a process holds on a path until it releases it or dies. Node has no flock(2), so:
 *
 * The lock is a folder. Who wants it first announces a claim (an empty file, named by pid, start time, epoch and a random
 * id), then looks at the claims of others. With no living claim but its own it holds the lock; else it withdraws its claim
 * and tries again a little later, a few times.
 *
 * Why no two ever hold it: a holder's claim stands from before its look until its release. Of two holders, one announced
 * last; its look came later still, so it saw the other's living claim and withdrew. (readdir must show what was there
 * before it began and stays: POSIX promises that for a local disk; don't put the folder on a network share.)
 *
 * Why taking over is safe: the claim of a dead process is deleted under a name that no living one can have, so a slow
 * taker never deletes a newer claim, and there is no moment between "it is stale" and "it is mine" that could be lost.
 * A claim is complete the moment it exists, since the name says it all: a kill or a full disk leaves no half-written lock.
 *
 * Two who try in the same instant may both withdraw; the random wait parts them.
 */
export type OwnerLock =
  | { readonly ok: true; release(): Promise<void> }
  | { readonly ok: false; readonly why: 'held'; readonly holder: LockHolder };

export interface LockHolder extends ProcessIdentity {
  /** Of the lease under which it was taken; undefined when there is none. */
  readonly epoch: number | undefined;
  readonly since: Date;
}

interface Claim {
  readonly file: string;
  readonly owner: ProcessIdentity;
  readonly epoch: number | undefined;
}

/** A look takes about 1 ms; six tries with waits up to 40 ms part even ten starters, and a refusal is still told within 0.3 s. */
const TRIES_MAX = 6;
const WAIT_MS_MAX = 40;
/** Each further try needs another release in the same 0.1 ms; only a path that cannot be made fails so often. */
const ANNOUNCE_TRIES_MAX = 50;

/** Throws when the folder cannot be made or read, for instance without permission, or when a file is in its place. */
export async function acquireOwnerLock(path: string, { epoch }: { readonly epoch?: number } = {}): Promise<OwnerLock> {
  for (let tries = 1; ; tries++) {
    const file = await announce(path, epoch);
    const [other] = await lookAround(path, file);
    if (other === undefined) return { ok: true, release: () => withdraw(path, file) };
    await withdraw(path, file);
    if (tries >= TRIES_MAX) return { ok: false, why: 'held', holder: await describe(other) };
    await delay(Math.random() * WAIT_MS_MAX);
  }
}

/** Who holds the lock now. Claims of the dead are cleared away, and the folder with the last of them. */
export async function ownerOf(path: string): Promise<LockHolder | undefined> {
  const [claim] = await livingClaims(path);
  if (claim !== undefined) return describe(claim);
  await removeFolder(path);
  return undefined;
}

async function announce(path: string, epoch: number | undefined): Promise<string> {
  const { pid, startTime } = thisProcess();
  const file = join(path, [pid, startTime, epoch ?? '-', randomUUID()].join('_'));
  for (let tries = 1; ; tries++) {
    try {
      await mkdir(path, { recursive: true });
      await (await open(file, 'wx')).close();
      return file;
    } catch (error) {
      // another's release may have removed the empty folder, between our two calls or within the first
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries >= ANNOUNCE_TRIES_MAX) throw error;
    }
  }
}

async function lookAround(path: string, own: string): Promise<readonly Claim[]> {
  try {
    return (await livingClaims(path)).filter(({ file }) => file !== own);
  } catch (error) {
    await withdraw(path, own);
    throw error;
  }
}

async function livingClaims(path: string): Promise<readonly Claim[]> {
  const claims = (await namesIn(path)).map((name) => readClaim(path, name)).filter((claim) => claim !== undefined);
  const dead = claims.filter(({ owner }) => !isAlive(owner));
  await Promise.all(dead.map(({ file }) => rm(file, { force: true })));
  return claims.filter((claim) => !dead.includes(claim));
}

/** What isn't named as a claim isn't one: nobody can take the lock by it, and it is left alone. */
function readClaim(path: string, name: string): Claim | undefined {
  const match = /^(\d+)_([^_]+)_(\d+|-)_[0-9a-f-]{36}$/.exec(name);
  if (match === null) return undefined;
  const [, pid = '', startTime = '', epoch] = match;
  return {
    file: join(path, name),
    owner: { pid: Number(pid), startTime },
    epoch: epoch === '-' ? undefined : Number(epoch),
  };
}

async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function describe({ file, owner, epoch }: Claim): Promise<LockHolder> {
  const since = await stat(file).then(
    ({ mtime }) => mtime,
    () => new Date(), // withdrawn this very moment
  );
  return { ...owner, epoch, since };
}

async function withdraw(path: string, file: string): Promise<void> {
  await rm(file, { force: true });
  await removeFolder(path);
}

async function removeFolder(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}
