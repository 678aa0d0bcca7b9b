import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { isAlive, type ProcessIdentity } from '#libs/processes/process-identity';
import { listProcesses, listTree, listUsersOfProfile } from '#libs/processes/process-table';
import { browsersAmong } from '#test/scenarios/browsers-among';
import { isEngineHost, nameOf, renderersOf } from '#test/support/whatsapp-stage';
import type { Target } from './plan.js';

/** Often enough to see whatever lives for a tenth of a second; a look reads the whole table in some 3 ms. */
const LOOK_EVERY_MS = 100;

export interface OursOptions {
  readonly dataDir: string;
  readonly standIn: number;
  /** The runtime that lives now. */
  readonly runtime: () => number | null;
  /** Accounts that ought to have a browser. */
  readonly accounts: () => readonly string[];
}

/** All processes that the runtime has ever started, known by pid and start time, and which of them may be struck. */
export class OurProcesses implements AsyncDisposable {
  private readonly known = new Map<string, ProcessEntry & { readonly name: string }>();
  private readonly ending = new AbortController();
  private readonly looking: Promise<void>;

  constructor(private readonly options: OursOptions) {
    this.looking = this.lookOn();
    this.looking.catch(() => undefined); // told by the end of the watch
  }

  profileOf(id: string): string {
    return join(this.options.dataDir, 'sessions', `session-${id}`);
  }

  postmaster(): number | null {
    try {
      const text = readFileSync(join(this.options.dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8');
      return Number(text.split('\n', 1)[0]) || null;
    } catch {
      return null; // none runs at this moment
    }
  }

  /** Those that may be struck now. A runtime that is dead leaves no host that could be told from another program. */
  victims(target: Target): readonly ProcessEntry[] {
    const all = remembered(listProcesses());
    const runtime = this.options.runtime();
    const postmaster = this.postmaster();
    const at = (pid: number | null): readonly ProcessEntry[] => all.filter((entry) => entry.pid === pid);
    const browsers = (): readonly ProcessEntry[] =>
      this.options.accounts().flatMap((id) => browsersAmong(listUsersOfProfile(this.profileOf(id), all)));
    switch (target) {
      case 'runtime':
        return at(runtime);
      case 'engine host':
        return runtime === null ? [] : listTree([runtime], all).filter(isEngineHost);
      case 'browser':
        return browsers();
      case 'renderer':
        return renderersOf(browsers());
      case 'Postgres':
        return at(postmaster);
      case 'backend':
        return postmaster === null ? [] : all.filter((entry) => entry.parentPid === postmaster);
      case 'stand-in':
        return at(this.options.standIn);
    }
  }

  /** It, and all that it has started, but for the database, which outlives its runtime. */
  fallingWith(victim: ProcessEntry): readonly ProcessEntry[] {
    const all = remembered(listProcesses());
    const postmaster = this.postmaster();
    const kept = postmaster === null || victim.pid === postmaster ? [] : listTree([postmaster], all);
    return listTree([victim.pid], all).filter(({ pid }) => !kept.some((entry) => entry.pid === pid));
  }

  /** Accounts without a browser that has a page. */
  withoutPage(ids: readonly string[]): readonly string[] {
    const all = remembered(listProcesses());
    return ids.filter((id) => {
      const browsers = browsersAmong(listUsersOfProfile(this.profileOf(id), all));
      return !listTree(
        browsers.map(({ pid }) => pid),
        all,
      ).some((entry) => entry.arguments().join(' ').includes('--type=renderer'));
    });
  }

  /** What lives of ours, or works in our folder, and belongs to nobody who lives: neither the runtime nor its database. */
  orphans(): readonly string[] {
    this.look();
    const all = remembered(listProcesses());
    const roots = [this.options.runtime(), this.postmaster()].filter((pid) => pid !== null);
    const owned = new Set(listTree(roots, all).map(keyOf));
    const strays = all.filter((entry) => entry.arguments().some((argument) => argument.includes(this.options.dataDir)));
    const living = [...this.known.values()].filter(isAlive);
    const found = new Map([...living, ...strays].map((entry) => [keyOf(entry), entry]));
    return [...found]
      .filter(([key, entry]) => !owned.has(key) && isAlive(entry))
      .map(([key, entry]) => this.known.get(key)?.name ?? nameOf(entry));
  }

  /** Whatever is alive, by force: nothing may outlive the run. */
  killAll(): void {
    this.look();
    for (const entry of this.known.values()) if (isAlive(entry)) signalTo(entry, 'SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ending.abort();
    await this.looking;
  }

  private async lookOn(): Promise<void> {
    while (!this.ending.signal.aborted) {
      this.look();
      await pause(LOOK_EVERY_MS);
    }
  }

  private look(): void {
    const all = listProcesses();
    const roots = [this.options.runtime(), this.postmaster()].filter((pid) => pid !== null);
    for (const entry of listTree(roots, all))
      if (!this.known.has(keyOf(entry))) this.known.set(keyOf(entry), { ...entry, name: nameOf(entry) });
  }
}

/** To exactly this process; one that is gone by now hears nothing. */
export function signalTo(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const keyOf = ({ pid, startTime }: ProcessIdentity): string => `${pid} ${startTime}`;

/** A command line is read once a look, not once for each account. */
function remembered(entries: readonly ProcessEntry[]): readonly ProcessEntry[] {
  return entries.map((entry) => {
    let line: readonly string[] | undefined;
    return { ...entry, arguments: () => (line ??= entry.arguments()) };
  });
}
