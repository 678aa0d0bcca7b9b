import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireOwnerLock, ownerOf } from './owner-lock.js';
import { thisProcess } from './process-identity.js';

const UUID = '00000000-0000-4000-8000-000000000000';
let dir: string;
let path: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'owner-lock-'));
  path = join(dir, 'lock');
});
afterEach(() => rm(dir, { recursive: true }));

/** A lock left by somebody with this pid and start time. */
async function leave(pid: number, startTime: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, `${pid}_${startTime}_7_${UUID}`), '');
}

describe('the lock of an owner', () => {
  it('is refused to a second one, who is told the holder, and free after its release', async () => {
    const first = await acquireOwnerLock(path, { epoch: 3 });
    const second = await acquireOwnerLock(path);
    expect(second).toMatchObject({ ok: false, why: 'held', holder: { ...thisProcess(), epoch: 3 } });
    if (first.ok) await first.release();
    expect(existsSync(path)).toBe(false);
    expect((await acquireOwnerLock(path)).ok).toBe(true);
  });

  it('may be released twice without harm to the next owner', async () => {
    const first = await acquireOwnerLock(path);
    if (!first.ok) throw new Error('held');
    await first.release();
    await acquireOwnerLock(path);
    await first.release();
    expect((await acquireOwnerLock(path)).ok).toBe(false);
  });

  it.each([
    ['a process that is gone', 2 ** 22 + 1, 'boot.1'],
    ['a process whose pid is used again', process.pid, 'boot.1'],
  ])('is taken over from %s', async (_, pid, startTime) => {
    await leave(pid, startTime);
    expect(await ownerOf(path)).toBeUndefined();
    await leave(pid, startTime);
    const lock = await acquireOwnerLock(path);
    expect(lock.ok).toBe(true);
    expect(await readdir(path)).toHaveLength(1);
  });

  it('is not held by a file that names no owner, and leaves it alone', async () => {
    await mkdir(path);
    await writeFile(join(path, 'garbage'), '\0\0');
    const lock = await acquireOwnerLock(path);
    if (!lock.ok) throw new Error('held');
    await lock.release();
    expect(await readdir(path)).toEqual(['garbage']);
  });

  it('says what is wrong when a file is in its place', async () => {
    await writeFile(path, 'garbage');
    await expect(acquireOwnerLock(path)).rejects.toThrow(/EEXIST|ENOTDIR/);
  });

  it('goes to one at most of many who try at once', async () => {
    await leave(2 ** 22 + 1, 'boot.1');
    const tries = await Promise.all(Array.from({ length: 8 }, () => acquireOwnerLock(path)));
    expect(tries.filter(({ ok }) => ok).length).toBeLessThanOrEqual(1);
  });
});
