import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { OurProcesses } from './processes.js';

const dataDir = join(tmpdir(), `chaos-${process.pid}`);
const SOON = { timeout: 10_000, interval: 20 };
const started: ChildProcess[] = [];
afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));

/** Its child stays when it is killed, as a browser would that nobody watches. */
const RUNTIME = `const c = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  console.log(c.pid); setInterval(() => {}, 1000);`;

function start(script: string, ...more: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ['-e', script, '--', ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  return child;
}

it('sees what a dead runtime has left, and takes it along', async () => {
  const runtime = start(RUNTIME);
  const [said] = (await once(runtime.stdout!, 'data')) as [Buffer];
  let pid: number | null = runtime.pid!;
  await using ours = new OurProcesses({ dataDir, standIn: 0, runtime: () => pid, accounts: () => [] });
  expect(ours.orphans()).toEqual([]);
  runtime.kill('SIGKILL');
  await once(runtime, 'exit');
  pid = null;
  expect(ours.orphans()).toEqual([expect.stringMatching(new RegExp(`^${said.toString().trim()} `))]);
  ours.killAll();
  await vi.waitFor(() => expect(ours.orphans()).toEqual([]), SOON);
});

it('sees a browser on one of our profiles, whoever started it', async () => {
  await using ours = new OurProcesses({ dataDir, standIn: 0, runtime: () => null, accounts: () => ['a'] });
  const browser = start('setInterval(() => {}, 1000)', `--user-data-dir=${ours.profileOf('a')}`);
  await vi.waitFor(() => expect(ours.orphans()).toHaveLength(1), SOON);
  expect(ours.victims('browser').map(({ pid }) => pid)).toEqual([browser.pid]);
  expect(ours.withoutPage(['a'])).toEqual(['a']);
  start('setInterval(() => {}, 1000)', `--user-data-dir=${join(tmpdir(), 'of-somebody-else')}`);
  expect(ours.orphans()).toHaveLength(1);
});
