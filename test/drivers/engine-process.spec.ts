import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSimulatedDriver } from '#libs/drivers/simulated/simulated.driver';
import { newProvider } from '#libs/drivers/simulated/simulated.harness.contract';
import { openSession, valueOf } from '#libs/drivers/witness.contract';
import { identify, isAlive, type ProcessIdentity } from '#libs/processes/process-identity';
import { EngineHosts } from '#src/engines/engine-hosts';
import type { EngineLimits } from '#src/engines/engine-limits';
import { type EngineProcess, forkEngine } from '#src/engines/engine-process';
import { recordedEngines } from '#src/engines/engine-records';
import { endLeftovers } from '#src/engines/leftovers';
import { createRemoteDriver } from '#src/engines/remote-driver';

/** Built by `npm test` before the system specs run. */
const built = (name: string): string => resolve('dist/test/drivers', name);
const WAIT_MS = 15_000;

let folder: string;
let recordsDir: string;
let sessionsDir: string;
const started: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-engines-'));
  recordsDir = join(folder, 'engines');
  sessionsDir = join(folder, 'sessions');
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function startHosts(limits: Partial<EngineLimits> = {}, env: Record<string, string> = {}) {
  const processes: EngineProcess[] = [];
  const said: string[] = [];
  const note = (_data: object, text: string): void => void said.push(text);
  const log = { debug: note, info: note, warn: note, error: note };
  const hosts = new EngineHosts({
    accountsMax: 8,
    log,
    limits,
    start: () => {
      const engine = forkEngine({ entry: built('simulated-engine.js'), env, recordsDir, log });
      processes.push(engine);
      return engine;
    },
  });
  const { can } = createSimulatedDriver(newProvider());
  const driver = createRemoteDriver({ provider: 'simulated', can, hosts, endRemains: async () => true });
  const open = (accountId: string) => openSession(driver, accountId, { autoScanMs: 0 }, WAIT_MS);
  const identity = (): ProcessIdentity => identify(processes.at(-1)?.pid ?? 0)!;
  return { driver, hosts, open, identity, said };
}

function sleeper(...args: string[]): ProcessIdentity {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', ...args], { stdio: 'ignore' });
  started.push(child);
  return identify(child.pid!)!;
}

describe('an engine host in a process of its own', () => {
  it('carries a session, and is gone with its record when it is closed', async () => {
    const { driver, open, identity, said } = startHosts();
    const witness = open('alice');
    await witness.saw('driver.ready');
    expect(valueOf(await witness.session.ask('probe', {})).phone).toMatch(/^\+999/);
    expect(said).toContain('simulated engine host');
    const host = identity();
    expect(readdirSync(recordsDir)).toEqual([`${host.pid}.json`]);
    valueOf(await witness.session.ask('close', {}));
    await witness.saw('driver.closed');
    await driver.close();
    expect(isAlive(host)).toBe(false);
    expect(readdirSync(recordsDir)).toEqual([]);
  });

  it('whose record can’t be removed has ended all the same: that is told, and ends nothing else', async () => {
    const { driver, open, identity, said } = startHosts();
    const witness = open('alice');
    await witness.saw('driver.ready');
    const host = identity();
    const record = join(recordsDir, `${host.pid}.json`);
    rmSync(record);
    mkdirSync(record); // as root nothing is read-only; a folder, though, isn't removed as a file
    process.kill(host.pid, 'SIGKILL');
    expect(await witness.ended()).toMatchObject({ reason: 'engine_gone' });
    expect(said).toContain('the record of an engine host that ended could not be removed');
    expect(recordedEngines(recordsDir)).toEqual([]);
    const next = open('alice');
    await next.saw('driver.ready');
    await next.session.kill();
    await driver.close();
  });

  it('that is killed tells each of its accounts once, and the next session gets a new one', async () => {
    const { driver, open, identity } = startHosts();
    const [alice, bob] = [open('alice'), open('bob')];
    await Promise.all([alice.saw('driver.ready'), bob.saw('driver.ready')]);
    const host = identity();
    process.kill(host.pid, 'SIGKILL');
    for (const lost of [alice, bob]) expect(await lost.ended()).toMatchObject({ reason: 'engine_gone' });
    const next = open('alice');
    await next.saw('driver.ready');
    expect(identity().pid).not.toBe(host.pid);
    await next.session.kill();
    await driver.close();
  });

  it('that is frozen is ended, whatever it carries', async () => {
    const { driver, open, identity } = startHosts({ heartbeatEveryMs: 100, heartbeatMissingMsMax: 4_000 });
    const witness = open('alice');
    await witness.saw('driver.ready');
    const host = identity();
    process.kill(host.pid, 'SIGSTOP');
    expect(await witness.ended()).toMatchObject({ reason: 'engine_gone' });
    expect(isAlive(host)).toBe(false);
    await driver.close();
  });

  it('that never says hello is ended', async () => {
    const { driver, open } = startHosts({ heartbeatEveryMs: 100, startMsMax: 1_000 }, { HANG_AT_START: '1' });
    expect(await open('alice').ended()).toMatchObject({ reason: 'engine_gone' });
    await driver.close();
  });

  it('leaves a Ctrl-C to the runtime', async () => {
    const { driver, open, identity } = startHosts();
    const witness = open('alice');
    await witness.saw('driver.ready');
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.kill(identity().pid, signal);
    expect(valueOf(await witness.session.ask('probe', {})).phone).not.toBeNull();
    await witness.session.kill();
    await driver.close();
  });
});

describe('after a runtime was killed', () => {
  /** `meanwhile` is done to its host before that can notice. */
  async function killRuntime(meanwhile?: NodeJS.Signals): Promise<ProcessIdentity> {
    const runtime = spawn(process.execPath, [built('doomed-runtime.js'), recordsDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.push(runtime);
    const [line] = (await once(createInterface(runtime.stdout), 'line')) as [string];
    const host = identify(Number(line.split(' ')[1]))!;
    if (meanwhile) process.kill(host.pid, meanwhile);
    runtime.kill('SIGKILL');
    return host;
  }

  it('its engine host closes its sessions and leaves by itself', async () => {
    const host = await killRuntime();
    await expect.poll(() => isAlive(host), { timeout: 6_000 }).toBe(false);
    expect(await endLeftovers({ recordsDir, sessionsDir })).toMatchObject({ hosts: 0, survivors: [] });
    expect(readdirSync(recordsDir)).toEqual([]);
  });

  it('a host that cannot leave is ended by the next start', async () => {
    const host = await killRuntime('SIGSTOP');
    expect(await endLeftovers({ recordsDir, sessionsDir })).toEqual({
      hosts: 1,
      browsers: 0,
      killed: 1,
      survivors: [],
    });
    expect(isAlive(host)).toBe(false);
  });

  it('browsers on our profiles are ended, and no others', async () => {
    mkdirSync(join(sessionsDir, 'session-a'), { recursive: true });
    const ours = sleeper(`--user-data-dir=${join(sessionsDir, 'session-a')}`);
    const others = [
      sleeper(`--user-data-dir=${join(sessionsDir, 'session-ab')}`),
      sleeper(`--user-data-dir=${join(folder, 'elsewhere', 'session-a')}`),
    ];
    await expect.poll(() => isAlive(ours)).toBe(true);
    const left = await endLeftovers({ recordsDir, sessionsDir });
    expect(left).toEqual({ hosts: 0, browsers: 1, killed: 0, survivors: [] });
    expect(isAlive(ours)).toBe(false);
    expect(others.map(isAlive)).toEqual([true, true]);
  });
});
