import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { thisProcess } from '#libs/processes/process-identity';
import { ownerFlag, ownerIn } from './profile-owner.js';
import { moveAside, moveLoginAside, profileOf } from './profile.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profiles-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const now = new Date('2026-11-21T06:00:00.123Z');

describe('the profile of an account', () => {
  it('lies where the library would put it', () => {
    expect(profileOf(folder, '0198b1c0-0000-7000-8000-000000000001').path).toBe(
      join(folder, 'sessions', 'session-0198b1c0-0000-7000-8000-000000000001'),
    );
    expect(() => profileOf(folder, '../elsewhere')).toThrow('not an account id');
  });

  it('is moved aside, also twice in the same moment, and nothing is lost', async () => {
    const profile = profileOf(folder, 'a');
    expect(await moveAside(profile, now)).toBeNull();
    for (const content of ['first', 'second']) {
      mkdirSync(profile.path, { recursive: true });
      writeFileSync(join(profile.path, content), '');
      await moveAside(profile, now);
    }
    expect(existsSync(profile.path)).toBe(false);
    expect(readdirSync(profile.trash)).toEqual(['session-a-20261121T060000123Z', 'session-a-20261121T060000123Z-1']);
  });

  it('takes its last good copy with it into the trash, also when there is no profile any more', async () => {
    const profile = profileOf(folder, 'a');
    for (const path of [profile.path, profile.copies]) mkdirSync(path, { recursive: true });
    await moveLoginAside(profile, now);
    expect(readdirSync(join(profile.trash, 'session-a-20261121T060000123Z'))).toEqual(['last-good-copy']);
    mkdirSync(profile.copies, { recursive: true });
    expect(await moveLoginAside(profile, now)).toBeNull();
    expect(readdirSync(profile.trash)).toContain('session-a-20261121T060000123Z-copy');
    expect(existsSync(profile.copies)).toBe(false);
  });

  it('tells by a flag of its browser whose that is', () => {
    expect(ownerIn(['chromium', ownerFlag(), '--x'])).toEqual(thisProcess());
    expect(ownerIn([`chromium --type=none ${ownerFlag()} --x`])).toEqual(thisProcess());
    expect(ownerIn(['chromium', '--user-data-dir=/a'])).toBeNull();
  });
});
