import { constants } from 'node:fs';
import { access, lstat, mkdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireOwnerLock, type LockHolder, type OwnerLock } from '#libs/processes/owner-lock';
import { endProcessTree, endUsersOfProfile } from '#libs/processes/process-ending';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { listUsersOfProfile, readProcess } from '#libs/processes/process-table';
import type { DriverLog } from '../driver-log.js';
import type { Failure } from '../launch-failure.js';
import { textOf } from '../launch-failure.js';
import { isBrowser, isOurs } from './profile-owner.js';
import type { Profile } from './profile.js';
import { SINGLETONS, singletonHolder } from './singleton-lock.js';
import { pause } from '../time-limit.js';

/** A browser of a dead run may still be storing its login; it needs up to 5 s. */
const LEFTOVER_LEAVE_MS_MAX = 5_000;
const LEFTOVER_KILL_MS_MAX = 5_000;
/** A host of ours that is being ended lets go of its profiles within this time: twice 3 s. */
const DYING_MS_MAX = 6_000;
const DYING_LOOK_EVERY_MS = 200;

export type ProfileHold = { readonly ok: true; release(): Promise<void> } | ({ readonly ok: false } & Failure);

export type Clearing = { readonly ok: true } | ({ readonly ok: false } & Failure);

/**
 * Takes our own lock on a profile. It is what counts, whatever the browser: two headless shells on one profile both
 * start, and spoil it.
 *
 * Only processes of ours take it. Another one that holds it is on its way out: it is waited for, and ended when its own
 * parent is gone, so that nobody else ends it. A sibling that stays, frozen perhaps, is its parent's to end, since other
 * accounts live in it; `close_timeout` is tried again later.
 */
export async function holdProfile(profile: Profile, epoch: number, leaving: AbortSignal): Promise<ProfileHold> {
  const deadline = performance.now() + DYING_MS_MAX;
  for (;;) {
    const lock = await acquire(profile, epoch);
    if (lock.ok) return lock;
    const { holder } = lock;
    const since = holder.since.toISOString();
    const detail = `process ${holder.pid} has held the profile ${profile.path} since ${since}`;
    if (holder.pid === process.pid) return { ok: false, reason: 'profile_in_use', detail };
    if (leaving.aborted || performance.now() > deadline) {
      if (!leaving.aborted && isOrphan(holder) && (await endOrphan(holder, leaving))) continue;
      return { ok: false, reason: 'close_timeout', detail: `${detail}, and does not end` };
    }
    await pause(DYING_LOOK_EVERY_MS, leaving);
  }
}

/** Does something to a profile at rest. Throws when a session holds it: a login in use is not moved from under its browser. */
export async function whileUnused<T>(profile: Profile, act: () => Promise<T>): Promise<T> {
  const lock = await acquire(profile);
  if (!lock.ok) throw new Error(`the profile ${profile.path} is in use by process ${lock.holder.pid}`);
  try {
    return await act();
  } finally {
    await lock.release();
  }
}

/** A lock is a folder. A file in its place (a copied DATA_DIR, a stray download) holds nothing, and would shut the account out for ever. */
async function acquire({ lock }: Profile, epoch?: number): Promise<OwnerLock> {
  const there = await lstat(lock).catch(() => null);
  if (there?.isFile()) await rm(lock, { force: true });
  return acquireOwnerLock(lock, epoch === undefined ? {} : { epoch });
}

/** Ends what a dead run left on the profile, and clears Chromium's lock. Only for the holder of our own lock. */
export async function clearLeftovers(profile: Profile, log: DriverLog, hurry: AbortSignal): Promise<Clearing> {
  const obstacle = await obstacleAt(profile);
  if (obstacle !== null) return { ok: false, ...obstacle };
  const users = listUsersOfProfile(profile.path);
  const foreign = users.find((user) => isBrowser(user) && !isOurs(user)) ?? (await singletonHolder(profile));
  if (foreign !== undefined)
    return { ok: false, reason: 'profile_in_use', detail: `${nameOf(foreign)} uses ${profile.path}` };
  if (users.length > 0) {
    log.warn({ pids: users.map(({ pid }) => pid), profile: profile.path }, 'ending a browser of a dead run');
    const limits = { askMs: LEFTOVER_LEAVE_MS_MAX, killMs: LEFTOVER_KILL_MS_MAX, hurry };
    const ending = await endUsersOfProfile(profile.path, limits);
    if (!ending.ok)
      return {
        ok: false,
        reason: 'profile_in_use',
        detail: `processes ${pidsOf(ending.survivors)} could not be ended`,
      };
  }
  // Nobody alive uses the profile: a lock that is left is stale, or names a host that this machine was called before.
  for (const name of SINGLETONS) await rm(join(profile.path, name), { recursive: true, force: true });
  return { ok: true };
}

/**
 * A file in the folder's place, or a folder that isn't ours to use: no browser can open that. A link that leads nowhere
 * is a login on a disk that is not there: nothing is damaged, and nothing may be put in its place. Null when all is well.
 */
async function obstacleAt({ path }: Profile): Promise<Failure | null> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const target = code === 'ENOENT' ? await readlink(path).catch(() => null) : null;
    if (target !== null)
      return { reason: 'profile_away', detail: `the profile ${path} is a link to ${target}, which is not there` };
    if (!['EEXIST', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP'].includes(code)) throw error;
    return {
      reason: 'profile_damaged',
      detail: `the profile ${path} is not a folder that can be used: ${textOf(error)}`,
    };
  }
}

/** Its parent is gone, and no runtime watches it any more. In a container the runtime itself may be process 1. */
function isOrphan(holder: LockHolder): boolean {
  const entry = readProcess(holder.pid);
  if (entry === undefined || entry.startTime !== holder.startTime || entry.parentPid === process.ppid) return false;
  return entry.parentPid <= 1 || readProcess(entry.parentPid) === undefined;
}

async function endOrphan(holder: LockHolder, hurry: AbortSignal): Promise<boolean> {
  const limits = { askMs: LEFTOVER_LEAVE_MS_MAX, killMs: LEFTOVER_KILL_MS_MAX, hurry };
  return (await endProcessTree(holder, limits)).ok;
}

function nameOf(entry: ProcessEntry): string {
  const program = entry.arguments()[0]?.split(' ')[0] ?? 'unknown program';
  return `process ${entry.pid} (${program})`;
}

function pidsOf(processes: readonly { readonly pid: number }[]): string {
  return processes.map(({ pid }) => pid).join(', ');
}
