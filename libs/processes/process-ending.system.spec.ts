import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { endProcessGroup, endProcessTree, endUsersOfProfile } from './process-ending.js';
import { identify, isAlive, thisProcess, type ProcessIdentity } from './process-identity.js';
import { listProcesses, readProcess } from './process-table.js';

/** Who leaves does so in milliseconds, and is not killed because the machine is busy. */
const LIMITS = { askMs: 15_000, killMs: 5_000 };
const STUBBORN = `process.on('SIGTERM', () => {});`;
const STAY = `setInterval(() => {}, 1_000); console.log('up');`;
const started: ProcessIdentity[] = [];

/** A process that leads its own group; resolves when it says it is up. */
async function start(
  script: string,
  ...args: string[]
): Promise<{ child: ChildProcess; identity: ProcessIdentity; said: string }> {
  const child = spawn(process.execPath, ['-e', script, '--', ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const identity = identify(child.pid ?? 0);
  if (identity === undefined) throw new Error('it did not stay');
  started.push(identity);
  return { child, identity, said: said.toString().trim() };
}

/** A parent that starts one child of its own and tells the child's pid. */
function withChild(options: string, childScript: string, parentScript = ''): string {
  return `${parentScript} const c = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(childScript)}],
    { stdio: ['ignore', 'pipe', 'ignore'], ${options} }); c.stdout.once('data', () => console.log(c.pid)); setInterval(() => {}, 1_000);`;
}

function identityOf(pid: string): ProcessIdentity {
  const identity = identify(Number(pid));
  if (identity === undefined) throw new Error(`no process ${pid}`);
  started.push(identity);
  return identity;
}

afterEach(async () => {
  for (const identity of started.splice(0)) await endProcessTree(identity, { askMs: 0, killMs: 5_000 });
});

describe('the identity of a process', () => {
  it('is told for a living one and ends with it', async () => {
    const { child, identity } = await start(STAY);
    expect(isAlive(identity)).toBe(true);
    expect(isAlive({ ...identity, startTime: 'another' })).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(identity)).toBe(false);
    expect(isAlive(thisProcess())).toBe(true);
  });

  it('counts a zombie as gone', async () => {
    // the shell's child ends at once; the shell becomes a process that never waits for it
    const shell = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [said] = (await once(shell.stdout, 'data')) as [Buffer];
    started.push(identityOf(String(shell.pid)));
    const pid = Number(said.toString());
    await vi.waitFor(() => expect(readProcess(pid)?.zombie).toBe(true), { timeout: 15_000, interval: 20 });
    expect(identify(pid)).toBeUndefined();
  });
});

describe('ending a process group', () => {
  it('lets it leave when asked', async () => {
    const { identity } = await start(STAY);
    expect(await endProcessGroup(identity, LIMITS)).toEqual({ ok: true, how: 'left' });
    expect(isAlive(identity)).toBe(false);
    expect(await endProcessGroup(identity, LIMITS)).toEqual({ ok: true, how: 'was_gone' });
  });

  it('kills who does not leave, and children with it', async () => {
    const { identity, said } = await start(withChild('', STUBBORN + STAY, STUBBORN));
    const child = identityOf(said);
    expect(await endProcessGroup(identity, { askMs: 100, killMs: 5_000 })).toEqual({ ok: true, how: 'killed' });
    expect([isAlive(identity), isAlive(child)]).toEqual([false, false]);
  });

  it('kills a frozen one', async () => {
    const { child, identity } = await start(STAY);
    child.kill('SIGSTOP');
    expect(await endProcessGroup(identity, { askMs: 100, killMs: 5_000 })).toEqual({ ok: true, how: 'killed' });
  });

  it('ends what a dead leader left behind', async () => {
    const { child, identity, said } = await start(withChild('', STAY));
    const orphan = identityOf(said);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(orphan)).toBe(true);
    expect(await endProcessGroup(identity, LIMITS)).toEqual({ ok: true, how: 'left' });
    expect(isAlive(orphan)).toBe(false);
  });

  it('never touches a group whose number belongs to a newer process', async () => {
    const { identity } = await start(STAY);
    const older = { ...identity, startTime: 'boot.1' };
    expect(await endProcessGroup(older, LIMITS)).toEqual({ ok: true, how: 'was_gone' });
    expect(isAlive(identity)).toBe(true);
  });

  it('stops asking when hurried', async () => {
    const { identity } = await start(STUBBORN + STAY);
    const ended = await endProcessGroup(identity, { askMs: 30_000, killMs: 5_000, hurry: AbortSignal.abort() });
    expect(ended).toEqual({ ok: true, how: 'killed' });
  });
});

describe('ending a tree', () => {
  it('reaches descendants that lead groups of their own, and follows them when their parent leaves first', async () => {
    const { identity, said } = await start(withChild('detached: true', STUBBORN + STAY));
    const child = identityOf(said);
    expect(await endProcessTree(identity, { askMs: 300, killMs: 5_000 })).toEqual({ ok: true, how: 'killed' });
    expect([isAlive(identity), isAlive(child)]).toEqual([false, false]);
  });
});

describe('ending the users of a profile', () => {
  it('ends exactly those started on it', async () => {
    const ours = await start(STAY, '--user-data-dir=/nowhere/one');
    const other = await start(STAY, '--user-data-dir=/nowhere/one-more');
    expect(await endUsersOfProfile('/nowhere/one', LIMITS)).toEqual({ ok: true, how: 'left' });
    expect([isAlive(ours.identity), isAlive(other.identity)]).toEqual([false, true]);
  });
});

it('a look at the whole table finds us', () => {
  expect(listProcesses().some(({ pid }) => pid === process.pid)).toBe(true);
});
