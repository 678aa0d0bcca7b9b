import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { madeUp, openFiles } from './files.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('keeps what it is given, and measures it', async () => {
  const files = openFiles(join(folder, 'media'));
  const content = Buffer.from('some bytes');
  const file = await files.store(Readable.from([content]));
  expect(file).toMatchObject({ bytes: 10, sha256: createHash('sha256').update(content).digest('hex') });
  expect(await buffer(files.read(files.get(file.path)!))).toEqual(content);
  expect(files.get('/media/another')).toBeUndefined();
});

it('keeps nothing of what breaks in the middle', async () => {
  const files = openFiles(join(folder, 'media'));
  const broken = Readable.from(
    (function* () {
      yield Buffer.from('half');
      throw new Error('the line is gone');
    })(),
  );
  await expect(files.store(broken)).rejects.toThrow('the line is gone');
  expect(readdirSync(join(folder, 'media'))).toEqual([]);
});

it('makes up as many bytes as are asked for, the same for the same seed', async () => {
  const [one, again, other] = await Promise.all(
    [madeUp(200_001, 'a'), madeUp(200_001, 'a'), madeUp(5, 'b')].map(buffer),
  );
  expect(one).toHaveLength(200_001);
  expect(one!.equals(again!)).toBe(true);
  expect(other).toHaveLength(5);
  expect(one!.subarray(0, 5).equals(other!)).toBe(false);
});
