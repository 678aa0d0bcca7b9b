import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type BrowserSearch, type BrowserWish, findBrowser } from './browser-finder.js';
import type { DriverLog } from '../driver-log.js';
import { textOf } from '../launch-failure.js';

/** 90 to 150 MB; at 1 MB/s that is two minutes and a half. */
const FETCH_MS_MAX = 240_000;
/** Lists, packages and their libraries: some 120 MB. */
const APT_MS_MAX = 300_000;
/** A browser that lacks a library of the system says so at once; a cold disk takes seconds. */
const VERSION_MS_MAX = 20_000;

export interface EnsureOptions {
  readonly dataDir: string;
  readonly browser: Pick<BrowserWish, 'chromiumPath' | 'whatsappBrowser'>;
  readonly log: DriverLog;
  /** Ends a download or installation that is under way. */
  readonly signal?: AbortSignal;
}

export type Ensured = { readonly ok: true; readonly path: string } | { readonly ok: false; readonly why: string };

/** The machine, so that a test needs neither the network, nor root, nor a bare system. */
export interface Machine {
  find(wish: BrowserWish): BrowserSearch;
  /** Rejects when the program fails, is missing, or takes longer. */
  readonly run: (program: string, args: readonly string[], limitMs: number) => Promise<void>;
  readonly isRoot: boolean;
  readonly isDebian: boolean;
}

const thisMachine = (signal?: AbortSignal): Machine => ({
  find: findBrowser,
  run: async (program, args, timeout) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await promisify(execFile)(program, [...args], { timeout, env, signal });
  },
  isRoot: process.getuid?.() === 0,
  isDebian: existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get'),
});

/**
 * A browser that is there, or is fetched into DATA_DIR/browser, or is installed by apt-get (as root, on Debian; the log
 * says so first). Takes minutes at worst. `why` is one line that says what a person can do.
 */
export async function ensureBrowser(options: EnsureOptions, machine = thisMachine(options.signal)): Promise<Ensured> {
  const { log, browser, dataDir } = options;
  const cacheDir = join(resolve(dataDir), 'browser');
  const look = (): BrowserSearch => machine.find({ ...browser, cacheDir });
  const there = look();
  if (there.ok) return { ok: true, path: there.browser.path };
  if (browser.chromiumPath !== null) return { ok: false, why: there.detail }; // a wish is not replaced by a guess

  const name = browser.whatsappBrowser === 'full' ? 'chrome' : 'chrome-headless-shell';
  log.info({ into: cacheDir }, `no browser was found: fetching ${name}`);
  const fetched = await attempt(() => fetchInto(cacheDir, name, look, machine));
  if (fetched !== null) log.warn({ detail: fetched }, `${name} could not be fetched`);

  const apt = name === 'chrome' ? 'chromium' : 'chromium-headless-shell';
  if (fetched !== null && machine.isRoot && machine.isDebian) {
    log.info({ package: apt }, `installing the system's package ${apt} with apt-get`);
    const installed = await attempt(() => installByApt(apt, machine));
    if (installed !== null) log.warn({ detail: installed }, `${apt} could not be installed`);
  }
  const now = look();
  if (now.ok) return { ok: true, path: now.browser.path };
  return { ok: false, why: `no browser: ${now.detail}, or set CHROMIUM_PATH; all but WhatsApp works without one` };
}

/** Fetched by a program of its own, which can be ended at its limit, and put in its place only when it can run. */
async function fetchInto(cacheDir: string, name: string, look: () => BrowserSearch, { run }: Machine): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  const half = await mkdtemp(join(cacheDir, 'fetching-'));
  const put: string[] = [];
  try {
    const tool = join(dirname(createRequire(import.meta.url).resolve('@puppeteer/browsers')), 'main-cli.js');
    await run(process.execPath, [tool, 'install', `${name}@stable`, '--path', half], FETCH_MS_MAX);
    await mkdir(join(cacheDir, name), { recursive: true });
    for (const version of await readdir(join(half, name))) {
      const place = join(cacheDir, name, version);
      await rm(place, { recursive: true, force: true });
      await rename(join(half, name, version), place);
      put.push(place);
    }
    const found = look();
    if (!found.ok) throw new Error(found.detail);
    await run(found.browser.path, ['--version'], VERSION_MS_MAX);
  } catch (error) {
    for (const place of put) await rm(place, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

async function installByApt(name: string, { run }: Machine): Promise<void> {
  await run('apt-get', ['update'], APT_MS_MAX);
  await run('apt-get', ['install', '--yes', '--no-install-recommends', name], APT_MS_MAX);
}

/** Null when it went well, else what went wrong: the next way is tried then. */
async function attempt(way: () => Promise<void>): Promise<string | null> {
  try {
    await way();
    return null;
  } catch (error) {
    return textOf(error);
  }
}
