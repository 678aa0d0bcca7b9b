import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyProfileTrash } from './profile-trash.js';

const DAY_MS = 86_400_000;

it('removes logins only when their time is over, and minds no missing folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-trash-'));
  try {
    const trash = join(folder, 'trash');
    expect(await emptyProfileTrash(trash, 14, Date.now())).toBe(0);
    await mkdir(join(trash, 'session-a'), { recursive: true });
    await writeFile(join(trash, 'session-a', 'cookies'), 'x');
    expect(await emptyProfileTrash(trash, 14, Date.now() + 13 * DAY_MS)).toBe(0);
    expect(await readdir(trash)).toEqual(['session-a']);
    expect(await emptyProfileTrash(trash, 14, Date.now() + 15 * DAY_MS)).toBe(1);
    expect(await readdir(trash)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
