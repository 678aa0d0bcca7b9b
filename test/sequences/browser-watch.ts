import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { isAlive } from '#libs/processes/process-identity';
import { listProcesses, listUsersOfProfile } from '#libs/processes/process-table';
import { browsersAmong } from '#test/scenarios/browsers-among';
import { nameOf } from '#test/support/whatsapp-stage';

const LOOK_EVERY_MS = 50;
/** A launch that nobody wants any more would have shown its browser by then, and hundreds of accounts need not be looked at. */
const RESTING_WATCHED_MS = 10_000;
/** Longer than a fork that looks like its parent needs to become what it will be, shorter than any start of a browser. */
const SURE_AFTER_MS = 10;

/** Hears of the browsers of one account. */
export interface BrowserListener {
  came(browser: ProcessEntry): void;
  went(browser: ProcessEntry): void;
  /** More than one at once, or one at an account that has come to rest for good. */
  wrong(what: string): void;
}

interface Watched {
  readonly listener: BrowserListener;
  readonly browsers: Map<string, ProcessEntry>;
  restingSince: number;
}

/** Looks at the process table all along, at all accounts of all sequences at once, also after a sequence has ended. */
export class BrowserWatch implements AsyncDisposable {
  /** Browsers ever seen. */
  seen = 0;
  looks = 0;
  private readonly watched = new Map<string, Watched>();
  private readonly ending = new AbortController();
  private readonly sessionsDir: string;
  private readonly looking: Promise<void>;

  constructor(private readonly profileOf: (id: string) => string) {
    this.sessionsDir = dirname(profileOf('any'));
    this.looking = this.lookOn();
    this.looking.catch(() => undefined); // told by the end of the watch
  }

  follow(id: string, listener: BrowserListener): void {
    this.watched.set(id, { listener, browsers: new Map(), restingSince: Infinity });
  }

  /** From now on this account has no browser any more. It is looked at for a while yet. */
  rests(id: string): void {
    const watched = this.watched.get(id);
    if (watched !== undefined) watched.restingSince = performance.now();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ending.abort();
    await this.looking;
  }

  private async lookOn(): Promise<void> {
    while (!this.ending.signal.aborted) {
      await this.look();
      await pause(LOOK_EVERY_MS);
    }
  }

  private async look(): Promise<void> {
    this.looks += 1;
    for (const [id, { restingSince }] of this.watched)
      if (performance.now() - restingSince > RESTING_WATCHED_MS) this.watched.delete(id);
    const found = this.browsersNow();
    const doubtful = [...found].filter(([id, browsers]) => browsers.length > this.allowed(id));
    for (const [id, browsers] of found) this.note(id, browsers);
    if (doubtful.length === 0) return;
    await pause(SURE_AFTER_MS);
    const again = this.browsersNow();
    for (const [id, before] of doubtful) {
      const pids = new Set((again.get(id) ?? []).map(({ pid }) => pid));
      const sure = before.filter(({ pid }) => pids.has(pid));
      if (sure.length > this.allowed(id)) this.watched.get(id)!.listener.wrong(this.describe(id, sure));
    }
  }

  private allowed(id: string): number {
    return this.isResting(id) ? 0 : 1;
  }

  private describe(id: string, browsers: readonly ProcessEntry[]): string {
    const what = this.isResting(id) ? 'a browser though it rests' : `${browsers.length} browsers at once`;
    return `${what}: ${browsers.map(nameOf).join(' and ')}`;
  }

  private isResting(id: string): boolean {
    return this.watched.get(id)!.restingSince < Infinity;
  }

  /** Command lines are read once a look, not once for each account. */
  private browsersNow(): ReadonlyMap<string, readonly ProcessEntry[]> {
    const all = listProcesses()
      .map((entry): ProcessEntry => {
        const line = entry.arguments();
        return { ...entry, arguments: () => line };
      })
      .filter((entry) => entry.arguments().some((argument) => argument.includes(this.sessionsDir)));
    return new Map(
      [...this.watched.keys()].map((id) => [id, browsersAmong(listUsersOfProfile(this.profileOf(id), all))]),
    );
  }

  private note(id: string, now: readonly ProcessEntry[]): void {
    const { browsers, listener } = this.watched.get(id)!;
    for (const browser of now) {
      const key = `${browser.pid} ${browser.startTime}`;
      if (browsers.has(key)) continue;
      browsers.set(key, browser);
      this.seen += 1;
      listener.came(browser);
    }
    for (const [key, browser] of browsers) {
      if (isAlive(browser)) continue;
      browsers.delete(key);
      listener.went(browser);
    }
  }
}
