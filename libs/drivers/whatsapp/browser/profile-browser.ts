import type { ChildProcess } from 'node:child_process';
import type { Browser } from 'puppeteer';
import { BROWSER_FORCE_MS_MAX } from '#libs/contracts/limits/sessions';
import { identify, type ProcessIdentity } from '#libs/processes/process-identity';
import { type Ending, type EndLimits, endProcessGroup, endUsersOfProfile } from '#libs/processes/process-ending';
import { listUsersOfProfile } from '#libs/processes/process-table';
import { type BrowserWish, findBrowser, type FoundBrowser } from './browser-finder.js';
import { clientOptions } from './browser-settings.js';
import { tryStart } from './browser-start.js';
import type { DriverLog } from '../driver-log.js';
import { type Failure, judgePageFailure, textOf } from '../launch-failure.js';
import { diesInLaunch } from './launch-death.js';
import { judgeLaunch } from './launch-verdict.js';
import { repairStores } from '../login/log-repair.js';
import { clearLeftovers, holdProfile, type ProfileHold } from '../login/profile-lock.js';
import type { Profile } from '../login/profile.js';
import { pause, within } from '../time-limit.js';
import {
  type ClientOwner,
  createWhatsappClient,
  type Library,
  loadLibrary,
  type WhatsappClient,
} from '../whatsapp.client.js';

/** A launch that failed once (a lock just being given up, a machine short of memory) is tried again, so often in all. */
const LAUNCH_TRIES_MAX = 3;
const LAUNCH_RETRY_MS = 3_000;
/** Closing waits so long for a launch under way. A start takes 0.3 to 2 s. */
const LAUNCH_SETTLE_MS_MAX = 4_000;
/** A browser stores its profile within 5 s after it was asked to close. With the others here it stays below CLOSE_DEADLINE_MS. */
const BROWSER_CLOSE_MS_MAX = 6_000;
/** After the close its process leaves by itself in milliseconds; when it did not hear of it, it is asked by a signal. */
const BROWSER_LEAVE_MS_MAX = 1_500;
/** From SIGKILL to a verified end. */
const KILL_MS_MAX = 3_000;
/** What may still be started while it is ended by force is looked for so often. */
const FORCE_LOOK_EVERY_MS = 50;

export interface BrowserPlace {
  readonly profile: Profile;
  readonly epoch: number;
  readonly wish: BrowserWish;
  readonly chromiumArgs: readonly string[];
  readonly log: DriverLog;
}

/** `left`: somebody closed it meanwhile. `error` is what the library said, when it was the library. */
export type BrowserOpening =
  | { readonly ok: true }
  | { readonly ok: false; readonly left: true }
  | ({ readonly ok: false; readonly left: false; readonly error?: unknown } & Failure);

type NoLaunch = 'not_launched' | 'too_slow';

const LEFT: BrowserOpening = { ok: false, left: true };

/**
 * The browser on one profile, from our lock to the last of its processes. Opened once; `close` and `kill` may come at any
 * moment, also both, and promise when they resolve that no process uses the profile and our lock is released.
 */
export class ProfileBrowser {
  client: WhatsappClient | null = null;
  private hold: ProfileHold | null = null;
  private leader: ProcessIdentity | null = null;
  private process: ChildProcess | null = null;
  private launches = 0;
  private launchSettled = false;
  private released = false;
  private readonly leaving = new AbortController();
  private readonly forcing = new AbortController();
  /** Of the launch under way: aborted when its browser is up, or when it has failed. */
  private starting = new AbortController();
  private readonly launched: Promise<void>;
  private tellLaunched: () => void;

  constructor(private readonly place: BrowserPlace) {
    this.launched = new Promise((resolve) => (this.tellLaunched = resolve));
  }

  /** Resolves when the library is in the page. `meet` gets each client before it starts. */
  open(owner: ClientOwner, meet: (client: WhatsappClient) => void): Promise<BrowserOpening> {
    const knowing: ClientOwner = {
      browserIsUp: async (browser, page) => {
        this.learn(browser);
        await owner.browserIsUp(browser, page);
      },
      isInjected: () => owner.isInjected(),
      isReloading: () => owner.isReloading(),
      isLost: (error) => owner.isLost(error),
      isEnding: () => owner.isEnding(),
    };
    return this.openOnce(knowing, meet).finally(() => this.settle());
  }

  /** It has ended as a browser does that was asked to, and so stored everything. */
  leftProperly(): boolean {
    return this.process?.exitCode === 0;
  }

  /** The browser's own close, so that it stores the login; then whatever is left is ended. */
  async close(): Promise<void> {
    this.leaving.abort();
    await within(this.launched, LAUNCH_SETTLE_MS_MAX);
    if (this.client && this.leader) await within(this.client.closeBrowser().catch(textOf), BROWSER_CLOSE_MS_MAX);
    await this.end(BROWSER_LEAVE_MS_MAX);
  }

  async kill(): Promise<void> {
    this.leaving.abort();
    this.forcing.abort();
    await this.end(0);
  }

  private async openOnce(owner: ClientOwner, meet: (client: WhatsappClient) => void): Promise<BrowserOpening> {
    const { profile, epoch, wish } = this.place;
    const search = findBrowser(wish);
    if (!search.ok) return failed('browser_missing', search.detail);
    const loading = await loadLibrary();
    if (!loading.ok) return failed('driver_missing', loading.detail);
    const { library } = loading;
    this.hold = await holdProfile(profile, epoch, this.leaving.signal);
    if (!this.hold.ok) return this.leaving.signal.aborted ? LEFT : failed(this.hold.reason, this.hold.detail);
    // On a machine that is too busy to start a browser in time, an empty page proves nothing about a profile.
    let wasSlow = true;
    for (let tries = 1; !this.leaving.signal.aborted; tries++) {
      const opening = await this.launch(search.browser, library, owner, meet);
      if (opening !== 'not_launched' && opening !== 'too_slow') return opening;
      wasSlow &&= opening === 'too_slow';
      if (tries < LAUNCH_TRIES_MAX) {
        await pause(LAUNCH_RETRY_MS, this.leaving.signal);
        continue;
      }
      const verdict = await this.judge(search.browser, wasSlow ? null : profile);
      // The cause may have passed before the empty profile was tried: this one is called damaged after one try more.
      if (verdict.reason !== 'profile_damaged' || tries > LAUNCH_TRIES_MAX)
        return this.leaving.signal.aborted ? LEFT : failed(verdict.reason, verdict.detail);
    }
    return LEFT;
  }

  private async launch(
    browser: FoundBrowser,
    library: Library,
    owner: ClientOwner,
    meet: (client: WhatsappClient) => void,
  ): Promise<BrowserOpening | NoLaunch> {
    const { profile, log } = this.place;
    const clearing = await clearLeftovers(profile, log, this.forcing.signal);
    if (this.leaving.signal.aborted) return LEFT;
    if (!clearing.ok) return failed(clearing.reason, clearing.detail);
    await repairStores(profile, log);
    if (this.leaving.signal.aborted) return LEFT;
    this.launches += 1;
    const options = clientOptions(browser, profile, this.place.chromiumArgs, this.forcing.signal);
    this.client = createWhatsappClient(library, options, owner);
    meet(this.client);
    try {
      await tryStart(browser.path);
      if (this.leaving.signal.aborted) return LEFT;
      await this.initialized(this.client.initialize());
      return { ok: true };
    } catch (error) {
      if (this.leaving.signal.aborted) return LEFT;
      if (this.leader) return { ok: false, left: false, error, ...judgePageFailure(error) };
      log.warn({ profile: profile.name, browser: browser.path, detail: textOf(error) }, 'the browser did not start');
      return error instanceof Error && error.name === 'TimeoutError' ? 'too_slow' : 'not_launched';
    }
  }

  /** As the library says, but for a browser that dies before the library has met it: nobody is told of that. */
  private async initialized(initializing: Promise<void>): Promise<void> {
    const starting = (this.starting = new AbortController());
    const death = diesInLaunch(this.place.profile.path, starting.signal).then((died) => {
      if (died) throw new Error('the browser died while it started');
      return initializing;
    });
    try {
      await Promise.race([initializing, death]);
    } finally {
      starting.abort();
    }
  }

  private judge(browser: FoundBrowser, profile: Profile | null): Promise<Failure> {
    return judgeLaunch(browser, profile, this.place.chromiumArgs, this.leaving.signal);
  }

  private learn(browser: Browser): void {
    this.starting.abort();
    this.process = browser.process();
    // Puppeteer stops listening at its close; what was still on its way then fails, and would end this whole process.
    this.process?.stdio[3]?.on('error', () => {});
    const pid = this.process?.pid;
    this.leader = pid === undefined ? null : (identify(pid) ?? null);
    this.place.log.debug({ profile: this.place.profile.name, pid }, 'the browser runs');
    this.settle();
  }

  private settle(): void {
    this.launchSettled = true;
    this.tellLaunched();
  }

  /** A launch may be under way: as long as it hasn't settled, a browser may still come up. */
  private async end(askMs: number): Promise<void> {
    const deadline = performance.now() + askMs + BROWSER_FORCE_MS_MAX;
    for (;;) {
      const leftMs = Math.max(FORCE_LOOK_EVERY_MS, deadline - performance.now());
      const limits = { askMs, killMs: Math.min(KILL_MS_MAX, leftMs), hurry: this.forcing.signal };
      if (this.released) return; // a close and a kill may both be under way: the profile may be a successor's by now
      const settled = this.launchSettled; // asked before the look: what settles after it is looked for once more
      if (!settled) this.forcing.abort();
      if (this.leader) mustBeGone(await endProcessGroup(this.leader, limits));
      // Without a launch of ours, whoever uses the profile is not ours to end.
      if (this.launches > 0) await this.endUsers(limits);
      if (settled) break;
      if (performance.now() > deadline) throw new Error('the launch of the browser neither succeeds nor fails');
      await pause(FORCE_LOOK_EVERY_MS);
    }
    this.released = true;
    if (this.hold?.ok) await this.hold.release();
  }

  /** Also one that came up unseen: it leads a group of its own, whose helpers don't all name the profile. */
  private async endUsers(limits: EndLimits): Promise<void> {
    const { path } = this.place.profile;
    const leaders = listUsersOfProfile(path).filter(({ pid, groupId }) => pid === groupId);
    for (const leader of leaders) mustBeGone(await endProcessGroup(leader, limits));
    mustBeGone(await endUsersOfProfile(path, limits));
  }
}

function failed(reason: Failure['reason'], detail: string): BrowserOpening {
  return { ok: false, left: false, reason, detail };
}

function mustBeGone(ending: Ending): void {
  if (ending.ok) return;
  const pids = ending.survivors.map(({ pid }) => pid).join(', ');
  throw new Error(`these processes of the browser could not be ended: ${pids}`);
}
