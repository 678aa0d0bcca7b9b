import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { acquireOwnerLock } from '#libs/processes/owner-lock';
import { clearDeadLocks, profileLock } from './profile-locks.js';

it('clears the locks of the dead, keeps those of the living, and is not stopped by a stray file beside them', async () => {
  const sessions = await mkdtemp(join(tmpdir(), 'muster-locks-'));
  onTestFinished(() => rm(sessions, { recursive: true, force: true }));
  await mkdir(profileLock(sessions, 'dead'), { recursive: true });
  await writeFile(join(sessions, 'locks', '.DS_Store'), '');
  const held = await acquireOwnerLock(profileLock(sessions, 'alive'));

  expect(held.ok).toBe(true);
  expect(await clearDeadLocks(sessions)).toBe(1);
  expect((await readdir(join(sessions, 'locks'))).toSorted()).toEqual(['.DS_Store', 'session-alive']);
});

it('finds nothing to clear before the first session', async () => {
  expect(await clearDeadLocks(join(tmpdir(), 'muster-no-sessions-yet'))).toBe(0);
});
