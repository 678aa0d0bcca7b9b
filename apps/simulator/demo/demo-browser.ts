import { join } from 'node:path';
import { isAlive } from '#libs/processes/process-identity';
import { listUsersOfProfile } from '#libs/processes/process-table';

/**
 * Kills the browser of one account as the kernel does when memory runs out. It is known by its exact profile and still the
 * same process at the signal; answers its pid, or null when there is none.
 */
export function killBrowserOf(accountId: string, dataDir: string): number | null {
  const users = listUsersOfProfile(join(dataDir, 'sessions', `session-${accountId}`));
  const browser = users.find(({ parentPid }) => !users.some(({ pid }) => pid === parentPid));
  if (browser === undefined || !isAlive(browser)) return null;
  process.kill(browser.pid, 'SIGKILL');
  return browser.pid;
}
