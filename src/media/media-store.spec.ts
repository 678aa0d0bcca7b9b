import { createHash } from 'node:crypto';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { v7 as newId } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MEDIA_HELD_MS_MIN } from '#libs/contracts/limits/media';
import type { MediaView } from '#libs/contracts/media';
import type { Outcome } from '#libs/contracts/refusals';
import { MemoryMedia } from '#test/support/memory-media';
import {
  DAY_MS,
  type MediaStage,
  type MediaStageOptions,
  openMediaStage,
  RETENTION_DAYS,
  temporaryFolder,
} from '#test/support/media-stage';
import { type Disk, realDisk } from './disk.js';

const ACCOUNT = newId();
const ABOUT = { origin: 'upload', mimeType: 'text/plain', filename: 'a.txt' } as const;
let root: Awaited<ReturnType<typeof temporaryFolder>>;
let rows: MemoryMedia;
const stages: MediaStage[] = [];
beforeEach(async () => {
  root = await temporaryFolder();
  rows = new MemoryMedia();
});
afterEach(async () => {
  for (const stage of stages.splice(0)) stage.close();
  await root[Symbol.asyncDispose]();
});

function open(options: Partial<MediaStageOptions> = {}): MediaStage {
  const stage = openMediaStage({ dir: join(root.path, 'media'), rows, ...options });
  stages.push(stage);
  return stage;
}
const of = (...texts: readonly string[]): Readable => Readable.from(texts.map((text) => Buffer.from(text)));
function valueOf(outcome: Outcome<MediaView>): MediaView {
  if (!outcome.ok) throw new Error(`${outcome.why} ${outcome.detail}`);
  return outcome.value;
}
const whyOf = (outcome: Outcome<MediaView>): string => (outcome.ok ? 'ok' : outcome.why);
async function files(): Promise<readonly string[]> {
  const all = await readdir(root.path, { recursive: true, withFileTypes: true });
  return all.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe('a file that is kept', () => {
  it('is there with its size, its hash and its end', async () => {
    const stage = open();
    const media = valueOf(await stage.store.keep(ACCOUNT, of('good ', 'morning'), ABOUT));
    expect(media).toMatchObject({
      accountId: ACCOUNT,
      ...ABOUT,
      bytes: 12,
      sha256: createHash('sha256').update('good morning').digest('hex'),
      expiresAt: new Date(Date.parse(media.createdAt) + RETENTION_DAYS * DAY_MS).toISOString(),
    });
    expect(await stage.store.find(media.id)).toEqual(media);
    const file = await stage.store.fileOf(media.id);
    expect(file).toMatchObject({ mimeType: 'text/plain', filename: 'a.txt', bytes: 12 });
    expect(await readFile(file?.path ?? '', 'utf8')).toBe('good morning');
    expect(await files()).toEqual([media.id]);
  });

  it('is read from any byte to any other', async () => {
    const { store } = open();
    const { id } = valueOf(await store.keep(ACCOUNT, of('0123456789'), ABOUT));
    const opened = await store.open(id);
    expect(String(await buffer(opened?.read(2, 4) ?? of()))).toBe('234');
    expect(await store.open(newId())).toBeNull();
  });

  it('may be empty', async () => {
    expect(valueOf(await open().store.keep(ACCOUNT, of(), ABOUT)).bytes).toBe(0);
  });

  it.each([
    ['is too large', { bytesMax: 11 }, 'media_too_large'],
    ['meets a full disk', { diskFreeMbMin: 1e9 }, 'disk_full'],
  ])('leaves nothing when it %s', async (_what, options, why) => {
    const content = of('good ', 'morning');
    expect(whyOf(await open(options).store.keep(ACCOUNT, content, ABOUT))).toBe(why);
    expect(content.destroyed).toBe(true);
    expect(await files()).toEqual([]);
  });

  it('leaves nothing when the disk is full in the middle, or it breaks off, or its account is not there', async () => {
    const full: Disk = {
      ...realDisk,
      rename: () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })),
    };
    expect(whyOf(await open({ disk: full }).store.keep(ACCOUNT, of('x'), ABOUT))).toBe('disk_full');
    const torn = Readable.from(
      (async function* () {
        yield Buffer.from('x');
        throw new Error('the caller has gone');
      })(),
    );
    await expect(open().store.keep(ACCOUNT, torn, ABOUT)).rejects.toThrow('the caller has gone');
    rows.unknownAccounts.add(ACCOUNT);
    expect(whyOf(await open().store.keep(ACCOUNT, of('x'), ABOUT))).toBe('account_not_found');
    expect(await files()).toEqual([]);
  });

  it('stays on the disk when the store goes away over it, since its row may be there', async () => {
    rows.away = new Error('connection lost');
    await expect(open().store.keep(ACCOUNT, of('x'), ABOUT)).rejects.toThrow('connection lost');
    expect(await files()).toHaveLength(1);
  });
});

describe('a message’s file', () => {
  it('is one that was kept before, of the same account, and stays until the message is stored', async () => {
    const stage = open();
    const { id, expiresAt } = valueOf(await stage.store.keep(ACCOUNT, of('x'), ABOUT));
    expect(whyOf(await stage.store.resolve(newId(), { id }))).toBe('media_not_found');
    expect(whyOf(await stage.store.resolve(ACCOUNT, { id: newId() }))).toBe('media_not_found');
    stage.now = Date.parse(expiresAt) - 1_000;
    const used = valueOf(await stage.store.resolve(ACCOUNT, { id, filename: 'b.txt' }));
    expect(used.filename).toBe('b.txt');
    stage.now += MEDIA_HELD_MS_MIN - 1;
    expect(await stage.tidy()).toEqual({ expired: 0, strays: 0 });
    expect(await stage.store.fileOf(id)).not.toBeNull();
  });

  it('is not found when somebody took it from the disk', async () => {
    const { store, folder } = open();
    const { id } = valueOf(await store.keep(ACCOUNT, of('x'), ABOUT));
    await folder.remove(id);
    expect(whyOf(await store.resolve(ACCOUNT, { id }))).toBe('media_not_found');
    expect(await store.open(id)).toBeNull();
    expect(await store.fileOf(id)).toBeNull();
  });

  it('comes in the call itself', async () => {
    const { store } = open();
    const base64 = Buffer.from('good morning').toString('base64');
    const media = valueOf(await store.resolve(ACCOUNT, { base64, mimeType: 'text/plain' }));
    expect(media).toMatchObject({ bytes: 12, origin: 'upload', filename: null });
  });

  it('is taken back when the message comes to nothing, unless another has it', async () => {
    const { store } = open();
    const { id } = valueOf(await store.keep(ACCOUNT, of('x'), ABOUT));
    rows.needed.add(id);
    await store.discard(id);
    expect(await files()).toEqual([id]);
    rows.needed.clear();
    await store.discard(id);
    await store.discard(id);
    expect(await files()).toEqual([]);
  });
});

describe('a file that came in', () => {
  it('is taken over from where the session wrote it', async () => {
    const { store } = open();
    const path = await store.incomingPath(newId());
    expect(whyOf(await store.adopt(ACCOUNT, path, ABOUT))).toBe('media_not_found');
    await writeFile(path, 'came in');
    const media = valueOf(await store.adopt(ACCOUNT, path, { mimeType: 'image/png', filename: null }));
    expect(media).toMatchObject({ origin: 'received', mimeType: 'image/png', filename: null, bytes: 7 });
    expect(await files()).toEqual([media.id]);
  });

  it('has no place to come to while the disk is full', async () => {
    await expect(open({ diskFreeMbMin: 1e9 }).store.incomingPath(newId())).rejects.toThrow('full');
  });

  it('is not taken over when it is too large', async () => {
    const { store } = open({ bytesMax: 3 });
    const path = await store.incomingPath(newId());
    await writeFile(path, 'came in');
    expect(whyOf(await store.adopt(ACCOUNT, path, ABOUT))).toBe('media_too_large');
    expect(await files()).toEqual([]);
  });

  it('is safe from upkeep while its row is written, however long it lay there', async () => {
    const stage = open();
    const path = await stage.store.incomingPath(newId());
    await writeFile(path, 'came in');
    await utimes(path, 1, 1);
    let removed = -1;
    const insert = rows.insert.bind(rows);
    Object.assign(rows, {
      insert: async (media: Parameters<typeof insert>[0]) => {
        removed = (await stage.tidy()).strays;
        return insert(media);
      },
    });
    const { id } = valueOf(await stage.store.adopt(ACCOUNT, path, ABOUT));
    expect(removed).toBe(0);
    expect(await files()).toEqual([id]);
  });
});

describe('upkeep', () => {
  it('removes what was kept long enough, and not what a waiting message needs', async () => {
    const stage = open();
    const old = valueOf(await stage.store.keep(ACCOUNT, of('old'), ABOUT));
    const needed = valueOf(await stage.store.keep(ACCOUNT, of('needed'), ABOUT));
    rows.needed.add(needed.id);
    stage.now += RETENTION_DAYS * DAY_MS;
    expect(await stage.store.find(old.id)).toBeNull();
    expect(await stage.tidy()).toEqual({ expired: 1, strays: 0 });
    expect(await files()).toEqual([needed.id]);
  });

  it('removes what dead runs were writing, at once', async () => {
    const dead = open();
    await writeFile(await dead.store.incomingPath('a'), 'half');
    const stage = open();
    await writeFile(await stage.store.incomingPath('b'), 'being written');
    expect(await stage.tidy()).toEqual({ expired: 0, strays: 1 });
    expect(await files()).toEqual(['b']);
    stage.now += DAY_MS + 60_000;
    expect(await stage.tidy()).toEqual({ expired: 0, strays: 1 });
    expect(await files()).toEqual([]);
  });

  it('removes files that no row names after a day, and nothing that somebody else put there', async () => {
    const stage = open();
    const { id } = valueOf(await stage.store.keep(ACCOUNT, of('x'), ABOUT));
    await writeFile(join(stage.folder.dir, id.slice(-2), 'README'), 'mine');
    await writeFile(join(stage.folder.dir, 'notes'), 'mine');
    rows.views.clear(); // with their account
    expect(await stage.tidy()).toEqual({ expired: 0, strays: 0 });
    stage.now += DAY_MS + 60_000;
    expect(await stage.tidy()).toEqual({ expired: 0, strays: 1 });
    expect([...(await files())].sort()).toEqual(['README', 'notes']);
  });

  it('has nothing to do before the first file', async () => {
    expect(await open().tidy()).toEqual({ expired: 0, strays: 0 });
  });
});
