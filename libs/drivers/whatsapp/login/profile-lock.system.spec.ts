import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify, isAlive, type ProcessIdentity } from '#libs/processes/process-identity';
import { clearLeftovers, holdProfile } from './profile-lock.js';
import { type Profile, profileOf } from './profile.js';

const nothing = (): void => {};
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const never = new AbortController().signal;

let folder: string;
let profile: Profile;
const started: ProcessIdentity[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profile-lock-'));
  profile = profileOf(folder, 'a');
});
afterEach(() => {
  for (const one of started.splice(0)) if (isAlive(one)) process.kill(one.pid, 'SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Does nothing for a minute, with these words in its command line. */
function idle(words: readonly string[] = [], cwd = folder): { child: ChildProcess; who: ProcessIdentity } {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)', '--', ...words], { cwd });
  return { child, who: remember(child.pid!) };
}

/** The same, its parent dead. */
async function orphan(): Promise<ProcessIdentity> {
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [chunk] = (await once(parent.stdout, 'data')) as [Buffer];
  const who = remember(Number(chunk.toString().trim()));
  parent.stdout.destroy();
  if (parent.exitCode === null) await once(parent, 'exit');
  return who;
}

function remember(pid: number): ProcessIdentity {
  const who = identify(pid) ?? expect.fail('it has ended already');
  started.push(who);
  return who;
}

/** As if this process had taken the lock. */
function claim({ pid, startTime }: ProcessIdentity): void {
  mkdirSync(profile.lock, { recursive: true });
  writeFileSync(join(profile.lock, [pid, startTime, 1, randomUUID()].join('_')), '');
}

describe('the lock on a profile that another process of ours holds', () => {
  it('is waited for while that process ends', async () => {
    const { child, who } = idle();
    claim(who);
    const holding = holdProfile(profile, 2, never);
    setTimeout(() => child.kill('SIGKILL'), 500);
    const hold = await holding;
    expect(hold).toMatchObject({ ok: true });
    if (hold.ok) await hold.release();
  });

  it('is taken from one whose parent is gone, which is ended, verified', async () => {
    const who = await orphan();
    claim(who);
    const hold = await holdProfile(profile, 2, never);
    expect(hold).toMatchObject({ ok: true });
    expect(isAlive(who)).toBe(false);
    if (hold.ok) await hold.release();
  });

  it('is left to one that lives and has a parent: tried again later, with its name', async () => {
    const { who } = idle();
    claim(who);
    const hold = await holdProfile(profile, 2, never);
    expect(hold).toMatchObject({ ok: false, reason: 'close_timeout' });
    expect(hold).toHaveProperty('detail', expect.stringContaining(`process ${who.pid} has held`));
    expect(isAlive(who)).toBe(true);
  });

  it('is no lock when it is a file: that is cleared away', async () => {
    mkdirSync(dirname(profile.lock), { recursive: true });
    writeFileSync(profile.lock, 'garbage');
    const hold = await holdProfile(profile, 1, never);
    expect(hold.ok).toBe(true);
    if (hold.ok) await hold.release();
  });

  it('is not waited for by a session that is closed meanwhile', async () => {
    claim(idle().who);
    const leaving = new AbortController();
    const holding = holdProfile(profile, 2, leaving.signal);
    leaving.abort();
    expect(await holding).toMatchObject({ ok: false });
  });
});

describe('the leftovers on a profile', () => {
  it('of a living program that is not ours are left alone: refused, and named', async () => {
    const { who } = idle([`--user-data-dir=${profile.path}`]);
    const clearing = await clearLeftovers(profile, log, never);
    expect(clearing).toMatchObject({ ok: false, reason: 'profile_in_use' });
    expect(clearing).toHaveProperty('detail', expect.stringContaining(`process ${who.pid} (`));
    expect(isAlive(who)).toBe(true);
  });

  it('are no less foreign when that program wrote the folder in another way', async () => {
    mkdirSync(profile.path, { recursive: true });
    const { who } = idle([`--user-data-dir=${basename(profile.path)}/`], dirname(profile.path));
    symlinkSync(`${hostname()}-${who.pid}`, join(profile.path, 'SingletonLock'));
    const clearing = await clearLeftovers(profile, log, never);
    expect(clearing).toHaveProperty('detail', expect.stringContaining(`process ${who.pid} (`));
  });

  it.each(['--muster-owner=999999999_dead.1', `--muster-owner=${process.ppid}_living.1`])(
    'of ours are ended: nobody else will (%s)',
    async (owner) => {
      const { who } = idle([`--user-data-dir=${profile.path}`, owner]);
      expect(await clearLeftovers(profile, log, never)).toEqual({ ok: true });
      expect(isAlive(who)).toBe(false);
    },
  );

  it.each([
    ['a dead process', `${hostname()}-999999999`],
    ['another host', 'a-container-of-yesterday-7'],
    ['a process that has its number by chance', `${hostname()}-${process.pid}`],
  ])('are cleared when they name %s', async (_who, target) => {
    mkdirSync(profile.path, { recursive: true });
    symlinkSync(target, join(profile.path, 'SingletonLock'));
    expect(await clearLeftovers(profile, log, never)).toEqual({ ok: true });
    expect(readdirSync(profile.path)).toEqual([]);
  });

  it('are no profile when a file is in its place', async () => {
    mkdirSync(dirname(profile.path), { recursive: true });
    writeFileSync(profile.path, 'a file');
    expect(await clearLeftovers(profile, log, never)).toMatchObject({ ok: false, reason: 'profile_damaged' });
  });

  it('are not damaged when its disk is not mounted: that is told, nothing is touched, and it heals with the disk', async () => {
    const disk = join(folder, 'disk');
    mkdirSync(dirname(profile.path), { recursive: true });
    symlinkSync(join(disk, 'profile'), profile.path);
    const clearing = await clearLeftovers(profile, log, never);
    expect(clearing).toMatchObject({ ok: false, reason: 'profile_away' });
    expect(clearing).toHaveProperty('detail', expect.stringContaining(join(disk, 'profile')));
    expect(readlinkSync(profile.path)).toBe(join(disk, 'profile'));
    mkdirSync(join(disk, 'profile'), { recursive: true });
    expect(await clearLeftovers(profile, log, never)).toEqual({ ok: true });
  });
});
