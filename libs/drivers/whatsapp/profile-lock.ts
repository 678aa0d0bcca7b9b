import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireOwnerLock } from '#libs/processes/owner-lock';
import { endUsersOfProfile } from '#libs/processes/process-ending';
import { listUsersOfProfile } from '#libs/processes/process-table';
import type { DriverLog } from './driver-log.js';
import { isAbandoned, isBrowser } from './profile-owner.js';
import type { Profile } from './profile.js';

/** A browser of a dead run may still be storing its login; it needs up to 5 s. */
const LEFTOVER_LEAVE_MS_MAX = 5_000;
const LEFTOVER_KILL_MS_MAX = 5_000;

/** Chromium's own lock: a link to `host-pid`, with a cookie and a socket. The headless shell makes none. */
const SINGLETONS = ['SingletonLock', 'SingletonCookie', 'SingletonSocket'];

export type ProfileHold =
  | { readonly ok: true; release(): Promise<void> }
  | { readonly ok: false; readonly detail: string };

export type Clearing = { readonly ok: true } | { readonly ok: false; readonly detail: string };

/**
 * Takes our own lock on a profile. It is what counts, whatever the browser: two headless shells on one profile both
 * start, and spoil it.
 */
export async function holdProfile(profile: Profile, epoch: number): Promise<ProfileHold> {
  const lock = await acquireOwnerLock(profile.lock, { epoch });
  if (lock.ok) return lock;
  const { pid, since } = lock.holder;
  return { ok: false, detail: `process ${pid} has held the profile ${profile.path} since ${since.toISOString()}` };
}

/** Ends what a dead run left on the profile, and clears Chromium's lock. Only for the holder of our own lock. */
export async function clearLeftovers(profile: Profile, log: DriverLog, hurry: AbortSignal): Promise<Clearing> {
  await mkdir(profile.path, { recursive: true, mode: 0o700 });
  const users = listUsersOfProfile(profile.path);
  const foreign = users.find((user) => isBrowser(user) && !isAbandoned(user));
  if (foreign !== undefined) {
    const program = foreign.arguments()[0]?.split(' ')[0] ?? 'unknown program';
    return { ok: false, detail: `process ${foreign.pid} (${program}) uses the profile ${profile.path}` };
  }
  if (users.length > 0) {
    log.warn({ pids: users.map(({ pid }) => pid), profile: profile.path }, 'ending a browser of a dead run');
    const limits = { askMs: LEFTOVER_LEAVE_MS_MAX, killMs: LEFTOVER_KILL_MS_MAX, hurry };
    const ending = await endUsersOfProfile(profile.path, limits);
    if (!ending.ok) return { ok: false, detail: `processes ${pidsOf(ending.survivors)} could not be ended` };
  }
  // Nobody alive uses the profile: a lock that is left is stale, or names a host that this machine was called before.
  for (const name of SINGLETONS) await rm(join(profile.path, name), { force: true });
  return { ok: true };
}

function pidsOf(processes: readonly { readonly pid: number }[]): string {
  return processes.map(({ pid }) => pid).join(', ');
}
