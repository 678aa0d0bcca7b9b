import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BrowserWish, browserBehind, findBrowser } from './browser-finder.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'browsers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(path: string, content = '\x7fELF'): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  chmodSync(full, 0o755);
  return full;
}

const wish = (change: Partial<BrowserWish> = {}): BrowserWish => ({
  chromiumPath: null,
  whatsappBrowser: 'auto',
  cacheDir: join(folder, 'browser'),
  ...change,
});

describe('the search for a browser', () => {
  it('takes CHROMIUM_PATH and nothing else', () => {
    const path = program('mine/chrome-headless-shell');
    expect(findBrowser(wish({ chromiumPath: path }))).toEqual({ ok: true, browser: { path, kind: 'shell' } });
    expect(findBrowser(wish({ chromiumPath: join(folder, 'none') }))).toMatchObject({ ok: false });
    expect(findBrowser(wish({ chromiumPath: folder }))).toMatchObject({ ok: false });
  });

  it('takes the newest fetched headless shell first', () => {
    const shell = (version: string): string =>
      program(`browser/chrome-headless-shell/linux-${version}/chrome-headless-shell-linux64/chrome-headless-shell`);
    shell('99.0.1.2');
    const newest = shell('143.0.7499.40');
    expect(findBrowser(wish())).toEqual({ ok: true, browser: { path: newest, kind: 'shell' } });
  });

  it('takes a full browser when that is wanted', () => {
    const path = program('browser/chrome/linux-143.0.1.1/chrome-linux64/chrome');
    expect(findBrowser(wish({ whatsappBrowser: 'full' }))).toEqual({ ok: true, browser: { path, kind: 'full' } });
  });

  it('looks behind a wrapper script', () => {
    const binary = program('chrome/chrome');
    expect(browserBehind(program('chrome/google-chrome', '#!/bin/sh\nexec chrome "$@"\n'))).toBe(binary);
    const alone = program('alone/launcher', '#!/bin/sh\n');
    expect(browserBehind(alone)).toBe(alone);
  });
});
