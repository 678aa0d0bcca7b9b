import type { ProcessEntry } from '#libs/processes/process-entry';

/**
 * The browsers' own processes among those that use a profile. Their helpers carry `--type=`, but for the moment between
 * their fork and their start, in which they look like their parent.
 */
export function browsersAmong(users: readonly ProcessEntry[]): readonly ProcessEntry[] {
  const pids = new Set(users.map(({ pid }) => pid));
  return users.filter((entry) => !pids.has(entry.parentPid) && !entry.arguments().join(' ').includes('--type='));
}
