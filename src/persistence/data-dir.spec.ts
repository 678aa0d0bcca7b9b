import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validate, version } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataDir } from './data-dir-lock.js';
import { nodeIdOf } from './node-id.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'data-dir-'));
});
afterEach(() => rm(dir, { recursive: true }));

describe('DATA_DIR', () => {
  it('is refused to a second runtime in one line that names the first', async () => {
    const dataDir = join(dir, 'not', 'yet');
    const first = await lockDataDir(dataDir);
    if (!first.ok) throw new Error(first.message);
    const second = await lockDataDir(dataDir);
    if (second.ok) throw new Error('two runtimes on one DATA_DIR');
    expect(second.why).toBe('data_dir_in_use');
    expect(second.message).toContain(`process ${process.pid}`);
    expect(second.message).not.toContain('\n');
    await first.release();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('keeps the node id from its first start on', async () => {
    const id = await nodeIdOf(dir);
    expect(validate(id) && version(id) === 7).toBe(true);
    expect(await nodeIdOf(dir)).toBe(id);
    expect(await readFile(join(dir, 'node-id'), 'utf8')).toBe(`${id}\n`);
    expect((await stat(join(dir, 'node-id'))).mode & 0o777).toBe(0o600);
    expect(await readdir(dir)).toEqual(['node-id']);
  });

  it.each(['', 'garbage\n', '9b2c6c0e-6a55-4b43-9d0e-3a3e0f3a3c11\n'])(
    'refuses a damaged node id (%j)',
    async (text) => {
      await writeFile(join(dir, 'node-id'), text);
      await expect(nodeIdOf(dir)).rejects.toThrow(/node-id holds no node id/);
    },
  );
});
