import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_ORPHAN_CLOSE_MS_MAX } from '#libs/contracts/limits/machines';
import { KILL_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import { endProcessTree, endUsersOfProfile, type Ending } from '#libs/processes/process-ending';
import { listProcesses, listUsersOfProfile } from '#libs/processes/process-table';
import { forgetEngines, recordedEngines } from './engine-records.js';
import { clearDeadLocks } from './profile-locks.js';

export interface Leftovers {
  readonly hosts: number;
  readonly browsers: number;
  /** Of these, how many did not leave properly in time: a login that was scanned seconds before may be lost. */
  readonly killed: number;
  /** What could not be ended, by pid. */
  readonly survivors: readonly number[];
}

/**
 * Ends the engine hosts and browsers of a dead run of this DATA_DIR. Hosts are known by pid and start time, browsers by
 * the exact profile they were started on; nothing else is touched. They notice the loss themselves, so they first get
 * the time to leave properly. Call it only while the lock on DATA_DIR is held.
 */
export async function endLeftovers(dirs: { recordsDir: string; sessionsDir: string }): Promise<Leftovers> {
  const limits = { askMs: ENGINE_ORPHAN_CLOSE_MS_MAX, killMs: KILL_DEADLINE_MS };
  const hosts = await Promise.all(recordedEngines(dirs.recordsDir).map((host) => endProcessTree(host, limits)));
  const profiles = usedProfiles(dirs.sessionsDir);
  const browsers = await Promise.all(profiles.map((path) => endUsersOfProfile(path, limits)));
  const survivors = [...hosts, ...browsers].flatMap(survivorsOf);
  if (survivors.length === 0) forgetEngines(dirs.recordsDir);
  await clearDeadLocks(dirs.sessionsDir);
  return {
    hosts: hosts.filter(wasThere).length,
    browsers: browsers.filter(wasThere).length,
    killed: [...hosts, ...browsers].filter((ending) => ending.ok && ending.how === 'killed').length,
    survivors,
  };
}

/** Is there a profile of anybody? Then its account is likely to be restored. */
export function hasLogins(sessionsDir: string): boolean {
  return profilesIn(sessionsDir).length > 0;
}

function usedProfiles(sessionsDir: string): readonly string[] {
  const all = listProcesses();
  return profilesIn(sessionsDir).filter((path) => listUsersOfProfile(path, all).length > 0);
}

function profilesIn(sessionsDir: string): readonly string[] {
  try {
    return readdirSync(sessionsDir)
      .filter((name) => name.startsWith('session-'))
      .map((name) => join(sessionsDir, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function wasThere(ending: Ending): boolean {
  return !ending.ok || ending.how !== 'was_gone';
}

function survivorsOf(ending: Ending): readonly number[] {
  return ending.ok ? [] : ending.survivors.map(({ pid }) => pid);
}
