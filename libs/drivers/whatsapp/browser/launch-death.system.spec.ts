import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { diesInLaunch } from './launch-death.js';
import { within } from '../time-limit.js';

/** Milliseconds when nobody else works; puppeteer would wait for 30 s. */
const NOTICED_MS_MAX = 5_000;
const profile = join(tmpdir(), `launch-death-${process.pid}`);
const begun: ChildProcess[] = [];
afterEach(() => begun.splice(0).forEach((child) => child.kill('SIGKILL')));

function startBrowser(path = profile): ChildProcess {
  const flags = ['--', `--user-data-dir=${path}`];
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', ...flags], { stdio: 'ignore' });
  begun.push(child);
  return child;
}

describe('a browser that dies while it is launched', () => {
  it('is noticed at once', async () => {
    const death = diesInLaunch(profile, new AbortController().signal);
    const browser = startBrowser();
    expect(await within(death, 300)).toBe('late');
    browser.kill('SIGKILL');
    expect(await within(death, NOTICED_MS_MAX)).toBe(true);
  });

  it('is none that came up, even if it dies then', async () => {
    const started = new AbortController();
    const death = diesInLaunch(profile, started.signal);
    const browser = startBrowser();
    await within(death, 200);
    started.abort();
    browser.kill('SIGKILL');
    expect(await death).toBe(false);
  });

  it('is none that was never there, nor one of another profile', async () => {
    const started = new AbortController();
    const death = diesInLaunch(profile, started.signal);
    startBrowser(`${profile}0`).kill('SIGKILL');
    expect(await within(death, 500)).toBe('late');
    started.abort();
    expect(await death).toBe(false);
  });
});
