import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
