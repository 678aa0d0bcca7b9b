import { readlink, realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { readProcess } from '#libs/processes/process-table';
import type { Profile } from './profile.js';

/** Chromium's own lock: a link to `host-pid`, with a cookie and a socket. The headless shell makes none. */
export const SINGLETONS = ['SingletonLock', 'SingletonCookie', 'SingletonSocket'];

/**
 * The living browser that this lock names: on this host, its pid alive, and started on this very folder, however that was
 * written. A number alone proves nothing: pids are given again.
 */
export async function singletonHolder(profile: Profile): Promise<ProcessEntry | undefined> {
  const target = await readlink(join(profile.path, 'SingletonLock')).catch(() => null); // none, or not a link: no lock
  const match = /^(.*)-(\d+)$/.exec(target ?? '');
  if (match === null || match[1] !== hostname()) return undefined;
  const entry = readProcess(Number(match[2]));
  if (entry === undefined || entry.zombie) return undefined;
  const option = /--user-data-dir=(.*?)(?= --|$)/.exec(entry.arguments().join(' '))?.[1];
  if (option === undefined) return undefined;
  const folder = await realpath(resolve(`/proc/${entry.pid}/cwd`, option)).catch(() => null);
  return folder === (await realpath(profile.path)) ? entry : undefined;
}
