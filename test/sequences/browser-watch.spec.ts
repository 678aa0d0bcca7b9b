import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { BrowserWatch } from './browser-watch.js';

const profileOf = (id: string): string => join(tmpdir(), `sequences-${process.pid}`, `session-${id}`);
const started: ChildProcess[] = [];
afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));

/** What counts is the command line: any program that was told the profile is a browser that has it open. */
function startBrowser(id: string, ...more: readonly string[]): ChildProcess {
  const flags = ['--', `--user-data-dir=${profileOf(id)}`, ...more];
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', ...flags], { stdio: 'ignore' });
  started.push(child);
  return child;
}

function listen() {
  const told: string[] = [];
  return {
    told,
    came: () => void told.push('came'),
    went: () => void told.push('went'),
    wrong: (what: string) => void told.push(what.split(':', 1)[0]!),
  };
}

const SOON = { timeout: 20_000 };

it('tells of one browser after the other', async () => {
  await using watch = new BrowserWatch(profileOf);
  const listener = listen();
  watch.follow('a', listener);
  for (const seen of [1, 2]) {
    const browser = startBrowser('a');
    startBrowser('a', '--type=renderer'); // a helper, and of another browser at that
    startBrowser('ab');
    await vi.waitUntil(() => watch.seen === seen, SOON);
    browser.kill('SIGKILL');
    await vi.waitUntil(() => listener.told.length === 2 * seen, SOON);
  }
  expect(listener.told).toEqual(['came', 'went', 'came', 'went']);
});

it('sees two browsers at once', async () => {
  await using watch = new BrowserWatch(profileOf);
  const listener = listen();
  watch.follow('a', listener);
  startBrowser('a');
  startBrowser('a');
  await vi.waitUntil(() => listener.told.includes('2 browsers at once'), SOON);
});

it('sees a browser of an account that has come to rest', async () => {
  await using watch = new BrowserWatch(profileOf);
  const listener = listen();
  watch.follow('a', listener);
  watch.rests('a');
  startBrowser('a');
  await vi.waitUntil(() => listener.told.includes('a browser though it rests'), SOON);
});
