import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endUsersOfProfile } from '#libs/processes/process-ending';
import type { FoundBrowser } from './browser-finder.js';
import { browserFlags } from './browser-flags.js';
import { type Failure, textOf } from '../launch-failure.js';
import type { Profile } from '../login/profile.js';

/** `--version` of a browser that didn't start tells whether it can start at all. */
const VERSION_MS_MAX = 10_000;
/** An empty page on an empty profile takes 0.3 s. */
const EMPTY_MS_MAX = 15_000;
const KILL_MS_MAX = 3_000;

/**
 * Why a browser did not start on a profile, again and again: it can't run here, it can't run now, or it runs on an
 * empty profile but not on this one. Without a profile, that is not asked.
 */
export async function judgeLaunch(
  browser: FoundBrowser,
  profile: Profile | null,
  chromiumArgs: readonly string[],
  leaving: AbortSignal,
): Promise<Failure> {
  const { path } = browser;
  try {
    await promisify(execFile)(path, ['--version'], { timeout: VERSION_MS_MAX, signal: leaving });
  } catch (error) {
    if (isMachinesTrouble(error)) return { reason: 'driver_error', detail: `the machine is short: ${textOf(error)}` };
    return { reason: 'browser_missing', detail: `the browser ${path} can not run here: ${textOf(error)}` };
  }
  if (profile !== null && (await startsEmpty(browser, chromiumArgs, leaving)))
    return { reason: 'profile_damaged', detail: `the browser starts, but not on the profile ${profile.path}` };
  return { reason: 'driver_error', detail: `the browser ${path} did not start, though it can tell its version` };
}

/** It had no answer in time, or there is no room for one process more: that says nothing about the browser. */
function isMachinesTrouble(error: unknown): boolean {
  const { code = '', killed } = error as NodeJS.ErrnoException & { readonly killed?: boolean };
  return killed === true || ['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM'].includes(code);
}

async function startsEmpty(
  { path, kind }: FoundBrowser,
  chromiumArgs: readonly string[],
  leaving: AbortSignal,
): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-empty-profile-'));
  const args = [
    '--headless',
    ...browserFlags(chromiumArgs, kind),
    `--user-data-dir=${folder}`,
    '--dump-dom',
    'about:blank',
  ];
  try {
    const { stdout } = await promisify(execFile)(path, args, { timeout: EMPTY_MS_MAX, signal: leaving });
    return hasPage(stdout);
  } catch (error) {
    // Chromium had its page, and broke on its way out, in one of a hundred ends. What else the error says was logged with
    // the launch, in the browser's own words.
    return hasPage((error as { readonly stdout?: string }).stdout ?? '');
  } finally {
    await endUsersOfProfile(folder, { askMs: 0, killMs: KILL_MS_MAX });
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const hasPage = (stdout: string): boolean => stdout.includes('<html');
