import type { ProcessEntry } from '#libs/processes/process-entry';
import { isAlive } from '#libs/processes/process-identity';
import { listProcesses, listTree } from '#libs/processes/process-table';

/** A browser whose host was killed has 5 s to leave, and what is left is ended after that. */
const ORPHAN_MS_MIN = 20_000;

/** Remembers every process that ever stood below the runtime, and knows those that live on without standing there. */
export class OrphanWatch {
  private readonly seen = new Map<string, ProcessEntry>();
  private readonly lostSince = new Map<string, number>();

  /** Answers the runtime and all below it now. */
  look(runtimePid: number): readonly ProcessEntry[] {
    const all = listProcesses();
    const tree = listTree([runtimePid], all);
    for (const entry of tree) this.seen.set(keyOf(entry), entry);
    const here = new Set(tree.map(keyOf));
    for (const [key, entry] of this.seen) {
      if (here.has(key)) this.lostSince.delete(key);
      else if (!isAlive(entry)) this.forget(key);
      else if (!this.lostSince.has(key)) this.lostSince.set(key, performance.now());
    }
    return tree;
  }

  /** Those that have lived on for so long. */
  orphans(lostMsMin = ORPHAN_MS_MIN): readonly ProcessEntry[] {
    const now = performance.now();
    return [...this.lostSince].filter(([, since]) => now - since >= lostMsMin).map(([key]) => this.seen.get(key)!);
  }

  /** Those that live, wherever they stand. */
  living(): readonly ProcessEntry[] {
    return [...this.seen.values()].filter(isAlive);
  }

  private forget(key: string): void {
    this.seen.delete(key);
    this.lostSince.delete(key);
  }
}

const keyOf = ({ pid, startTime }: ProcessEntry): string => `${pid} ${startTime}`;
