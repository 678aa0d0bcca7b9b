import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasCopy, keepLogin, putCopyInPlace } from './login-copy.js';
import { type Profile, profileOf } from './profile.js';

const LOGIN = 'Default/Local Storage/leveldb/000003.log';
const TABLE = 'Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb/000005.ldb';
const now = new Date('2026-11-21T06:00:00.000Z');

let folder: string;
let profile: Profile;
let never: AbortSignal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'login-copy-'));
  profile = profileOf(folder, 'a');
  never = new AbortController().signal;
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, content: string | Buffer): void {
  const file = join(profile.path, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** The system's own files: that something was flushed shows nowhere else. */
async function fileHandle(): Promise<{ prototype: FileHandle }> {
  const file = await open(folder, 'r');
  await file.close();
  return { prototype: Object.getPrototypeOf(file) as FileHandle };
}

const read = (path: string): string => readFileSync(join(profile.path, path), 'utf8');

describe('the last good copy of a login', () => {
  it('takes the place of a damaged profile, which goes into the trash', async () => {
    write(LOGIN, 'good');
    expect(await keepLogin(profile, never)).toMatchObject({ ok: true, copied: 1, linked: 0 });
    write(LOGIN, 'spoilt');
    expect(await putCopyInPlace(profile, now)).toBe('done');
    expect(read(LOGIN)).toBe('good');
    expect(readdirSync(profile.trash)).toEqual(['session-a-20261121T060000000Z']);
    expect(readFileSync(join(profile.trash, 'session-a-20261121T060000000Z', LOGIN), 'utf8')).toBe('spoilt');
  });

  it('also takes the place of a file, and of nothing', async () => {
    write(LOGIN, 'good');
    for (const damage of [() => writeFileSync(profile.path, 'a file'), () => undefined]) {
      await keepLogin(profile, never);
      rmSync(profile.path, { recursive: true });
      damage();
      expect(await putCopyInPlace(profile, now)).toBe('done');
      expect(read(LOGIN)).toBe('good');
    }
  });

  it('is none while only half of it was made', async () => {
    expect(hasCopy(profile)).toBe(false);
    mkdirSync(join(profile.copies, 'half'), { recursive: true });
    expect([hasCopy(profile), await putCopyInPlace(profile, now)]).toEqual([false, 'none']);
  });

  it.each([
    ['an empty folder', (path: string) => mkdirSync(path, { recursive: true })],
    [
      'folders without a file',
      (path: string) => mkdirSync(join(path, 'Default', 'Local Storage'), { recursive: true }),
    ],
    ['a file', (path: string) => writeFileSync(path, '')],
  ])('is an older one when %s stands where a newer one should', async (_what, spoil) => {
    write(LOGIN, 'good');
    await keepLogin(profile, never);
    spoil(join(profile.copies, '00000009'));
    write(LOGIN, 'spoilt');
    expect([hasCopy(profile), await putCopyInPlace(profile, now)]).toEqual([true, 'done']);
    expect(read(LOGIN)).toBe('good');
  });

  it('is none when all that has a number is empty; the next one takes a higher number, and its place', async () => {
    mkdirSync(join(profile.copies, '00000009'), { recursive: true });
    write(LOGIN, 'good');
    expect([hasCopy(profile), await putCopyInPlace(profile, now)]).toEqual([false, 'none']);
    expect(await keepLogin(profile, never)).toMatchObject({ ok: true });
    expect(readdirSync(profile.copies)).toEqual(['00000010']);
  });

  it('is on the disk, with its folders and its number, before the older one goes', async () => {
    write(LOGIN, 'first');
    await keepLogin(profile, never);
    const flushed: string[] = [];
    const { prototype } = await fileHandle();
    const sync = vi.spyOn(prototype, 'sync').mockImplementation(function (this: FileHandle) {
      const path = readlinkSync(`/proc/self/fd/${this.fd}`);
      flushed.push([relative(profile.copies, path), ...readdirSync(profile.copies)].join(' '));
      return Promise.resolve();
    });
    try {
      expect(await keepLogin(profile, never)).toMatchObject({ ok: true });
    } finally {
      sync.mockRestore();
    }
    const folders = ['half', 'half/Default', 'half/Default/Local Storage', 'half/Default/Local Storage/leveldb'];
    expect(flushed.slice(0, -1).toSorted()).toEqual(
      [...folders, `half/${LOGIN}`].map((path) => `${path} 00000001 half`).toSorted(),
    );
    expect(flushed.at(-1)).toBe(' 00000001 00000002');
  });

  it('is used once', async () => {
    write(LOGIN, 'good');
    await keepLogin(profile, never);
    expect([hasCopy(profile), await putCopyInPlace(profile, now)]).toEqual([true, 'done']);
    expect([hasCopy(profile), await putCopyInPlace(profile, now)]).toEqual([false, 'none']);
    expect(read(LOGIN)).toBe('good');
  });

  it('shares big files that are written once, and copies the rest', async () => {
    write(TABLE, Buffer.alloc(300_000));
    write('Default/Cookies', Buffer.alloc(300_000));
    write(LOGIN, 'good');
    expect(await keepLogin(profile, never)).toEqual({ ok: true, copied: 2, linked: 1, bytesCopied: 300_004 });
    expect(statSync(join(profile.path, TABLE)).nlink).toBe(2);
  });

  it('leaves out what the browser makes anew, and its locks', async () => {
    write(LOGIN, 'good');
    for (const path of ['Default/Cache/data', 'Default/Service Worker/ScriptCache/x', 'GPUCache/x']) write(path, 'x');
    symlinkSync('host-1', join(profile.path, 'SingletonLock'));
    await keepLogin(profile, never);
    await putCopyInPlace(profile, now);
    expect(readdirSync(profile.path)).toEqual(['Default']);
    expect(readdirSync(join(profile.path, 'Default'))).toEqual(['Local Storage']);
  });

  it('is replaced by a whole one only', async () => {
    write(LOGIN, 'first');
    await keepLogin(profile, never);
    write(LOGIN, 'second');
    expect(await keepLogin(profile, AbortSignal.abort())).toMatchObject({ ok: false });
    expect(readdirSync(profile.copies)).toEqual(['00000001']);
    expect(await keepLogin(profile, never)).toMatchObject({ ok: true });
    expect(readdirSync(profile.copies)).toEqual(['00000002']);
    await putCopyInPlace(profile, now);
    expect(read(LOGIN)).toBe('second');
  });

  it.each([
    ['while it was made', 'half', 'first'],
    ['before the older one was removed', '00000002', 'second'],
  ])('is whole after a crash %s', async (_when, left, wins) => {
    write(LOGIN, 'first');
    await keepLogin(profile, never);
    mkdirSync(join(profile.copies, left, dirname(LOGIN)), { recursive: true });
    writeFileSync(join(profile.copies, left, LOGIN), 'second');
    expect(await putCopyInPlace(profile, now)).toBe('done');
    expect(read(LOGIN)).toBe(wins);
    expect(existsSync(profile.copies)).toBe(false);
  });
});
