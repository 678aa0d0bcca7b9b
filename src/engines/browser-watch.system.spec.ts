import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endProcessTree } from '#libs/processes/process-ending';
import { identify, type ProcessIdentity } from '#libs/processes/process-identity';
import { BrowserWatch } from './browser-watch.js';
import { recordEngine } from './engine-records.js';

const shop = '019ab2c4-0000-7000-8000-000000000001';
const shopToo = '019ab2c4-0000-7000-8000-000000000011';

let folder: string;
let started: ProcessIdentity[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-watch-'));
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((one) => endProcessTree(one, { askMs: 0, killMs: 5_000 })));
  await rm(folder, { recursive: true, force: true });
});

const sessionsDir = (): string => join(folder, 'sessions');
const optionOf = (accountId: string): string => `--user-data-dir=${join(sessionsDir(), `session-${accountId}`)}`;
const watch = (): BrowserWatch =>
  new BrowserWatch({ sessionsDir: sessionsDir(), recordsDir: join(folder, 'engines'), log: { warn: () => undefined } });

/** In place of Chromium: two helpers, memory held, or a core kept busy. Says `up` when it is. */
const browser = (held: string): string =>
  `const { spawn } = require('node:child_process');
   for (const _ of [1, 2]) spawn('sleep', ['60']);
   ${held}
   console.log('up');
   setInterval(() => undefined, 1000);`;
const RESTING = browser('');
const HOLDING_100_MB = browser('globalThis.held = Buffer.alloc(100 * 1024 * 1024, 7);');
const BUSY = browser('setInterval(() => { for (const end = Date.now() + 90; Date.now() < end; ); }, 100);');

/** A recorded host that has started a browser on each profile, as engine hosts do. */
async function startHost(browsers: Readonly<Record<string, string>>): Promise<ProcessIdentity> {
  const program = `const { spawn } = require('node:child_process');
    for (const [option, source] of JSON.parse(process.argv[1]))
      spawn(process.execPath, ['-e', source, '--', option], { stdio: ['ignore', 'inherit', 'inherit'] });
    setInterval(() => undefined, 1000);`;
  const told = Object.entries(browsers).map(([id, source]) => [optionOf(id), source]);
  const host = spawn(process.execPath, ['-e', program, JSON.stringify(told)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const identity = identify(host.pid!)!;
  started.push(identity);
  recordEngine(join(folder, 'engines'), identity);
  await saidUp(host, told.length);
  return identity;
}

async function saidUp(host: ChildProcess, times: number): Promise<void> {
  for (let text = ''; text.split('up').length <= times; ) text += String((await once(host.stdout!, 'data'))[0]);
}

describe.runIf(process.platform === 'linux')('a look at the browsers', () => {
  it('counts each with all its helpers, and its host apart', async () => {
    const host = await startHost({ [shop]: HOLDING_100_MB, [shopToo]: RESTING });
    const { browsers, hosts } = await watch().look();
    expect([...browsers.keys()].sort()).toEqual([shop, shopToo]);
    expect([...hosts.keys()]).toEqual([host.pid]);
    const [large, small] = [browsers.get(shop)!, browsers.get(shopToo)!];
    expect([large.processes, small.processes, hosts.get(host.pid)!.processes]).toEqual([3, 3, 1]);
    expect(large.memoryBytes - small.memoryBytes).toBeGreaterThan(90 * 1_048_576);
    expect(small.memoryBytes).toBeGreaterThan(5 * 1_048_576);
  });

  it('tells the CPU used since the look before, and all of it', async () => {
    await startHost({ [shop]: BUSY, [shopToo]: RESTING });
    const looks = watch();
    const first = await looks.look();
    const cpuOf = (accountId: string): number => looks.last!.browsers.get(accountId)!.cpuSeconds;
    const percentOf = (accountId: string): number => looks.last!.browsers.get(accountId)!.cpuPercent;
    const patient = { timeout: 30_000, interval: 1_000 }; // others may leave it a tenth of a core, and that not always
    await expect
      .poll(() => looks.look().then(() => cpuOf(shop) - first.browsers.get(shop)!.cpuSeconds), patient)
      .toBeGreaterThan(0.5);
    await expect.poll(() => looks.look().then(() => percentOf(shop) - percentOf(shopToo)), patient).toBeGreaterThan(10);
    expect(looks.last!.browsersCpuSeconds).toBeCloseTo(cpuOf(shop) + cpuOf(shopToo));
  });

  it('sees a browser that has gone no more, and keeps its CPU in the sum', async () => {
    const host = await startHost({ [shop]: RESTING });
    const looks = watch();
    const { browsersCpuSeconds } = await looks.look();
    await endProcessTree(host, { askMs: 0, killMs: 5_000 });
    const { browsers, hosts, ...sum } = await looks.look();
    expect([browsers.size, hosts.size]).toEqual([0, 0]);
    expect(sum.browsersCpuSeconds).toBe(browsersCpuSeconds);
  });

  it('sees nothing in a process that has the number of a host that is gone', async () => {
    const host = await startHost({ [shop]: RESTING });
    recordEngine(join(folder, 'engines'), { ...host, startTime: host.startTime.replace(/\d+$/, '1') });
    expect((await watch().look()).browsers.size).toBe(0);
  });

  it('tells those who wait for looks, until it is ended', async () => {
    const looks = new BrowserWatch({
      sessionsDir: sessionsDir(),
      recordsDir: join(folder, 'engines'),
      log: { warn: () => undefined },
      everyMs: 10,
    });
    const end = await new Promise<() => void>((resolve) => {
      const stop = looks.start(() => resolve(stop));
    });
    expect(looks.last).toMatchObject({ browsers: new Map() });
    end();
  });
});
