import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { v7 as newId } from 'uuid';
import { expect, it } from 'vitest';
import { unlessGone } from './media-folder.js';
import { MemoryMedia } from '#test/support/memory-media';
import { openMediaStage } from '#test/support/media-stage';
import { mountSmallDisk } from '#test/support/small-disk';

const MB = 1_048_576;
const ACCOUNT = newId();
const ABOUT = { origin: 'upload', mimeType: 'text/plain', filename: null } as const;
const blocks = (mb: number): Readable => Readable.from(Array.from({ length: mb }, () => Buffer.alloc(MB, 'x')));

/** Only root may mount, and not in every container. */
const disk = await mountSmallDisk(6);

it.skipIf(disk === null)(
  'a disk that is full costs no file that was kept, and takes files again when there is room',
  async () => {
    if (disk === null) return;
    await using _unmounted = disk;
    const dir = join(disk.path, 'media');
    // Only the disk itself says no: the look at its room before and while writing is switched off.
    const { store } = openMediaStage({ dir, rows: new MemoryMedia(), diskFreeMbMin: 0 });
    const kept = await store.keep(ACCOUNT, blocks(2), ABOUT);
    if (!kept.ok) throw new Error(kept.why);

    expect(await store.keep(ACCOUNT, blocks(20), ABOUT)).toMatchObject({ ok: false, why: 'disk_full' });
    await disk.fill();
    expect(await store.keep(ACCOUNT, blocks(1), ABOUT)).toMatchObject({ ok: false, why: 'disk_full' });
    const file = await store.fileOf(kept.value.id);
    expect((await readFile(file?.path ?? '')).length).toBe(2 * MB);
    expect(await filesIn(dir)).toEqual([kept.value.id]);

    await disk.makeRoom();
    expect(await store.keep(ACCOUNT, blocks(1), ABOUT)).toMatchObject({ ok: true });
  },
);

async function filesIn(dir: string): Promise<readonly string[]> {
  const all = await readdir(dir, { recursive: true, withFileTypes: true }).catch(unlessGone([]));
  return all.filter((entry) => entry.isFile()).map(({ name }) => name);
}
