import type { Exit } from './exit.js';
import type { RestartHistory, RestartKind, Verdict } from './restart-policy.js';

/** One life of a child. A successor has the same id and a higher incarnation, so an old reference never reaches it. */
export interface ChildRef {
  readonly id: string;
  readonly incarnation: number;
}

/** What `start` gives: the handle of something that already runs, or is on its way up. */
export interface RunningChild {
  /** Resolves once, when it is over and every resource is gone, and no later than `kill()` does. */
  readonly exited: Promise<Exit>;
  /** Asks it to end properly. May be called again. */
  stop(): void;
  /** Ends it by force; resolves when it is verified to be gone. May be called again after it failed. */
  kill(): Promise<void>;
}

/** That a child went down, how, and what follows. Told once. */
export interface Down {
  readonly ref: ChildRef;
  readonly exit: Exit;
  readonly verdict: Verdict;
}

export interface ChildSpec {
  /** Unique within its supervisor. */
  readonly id: string;
  readonly restart: RestartKind;
  /** How long it may take to end after being asked, before it is killed. */
  readonly shutdownMs: number;
  /** How long a kill may take before it is noted that the child is not gone. Default `KILL_MS_DEFAULT`. */
  readonly killMs?: number;
  /** When it ends by itself and rests, all its siblings are stopped, too. */
  readonly significant?: boolean;
  /** Number of its last life, kept by the owner over restarts of the process: the next one is one higher. */
  readonly lastIncarnation?: number;
  /** Kept by the owner as well. Default: what this supervisor remembers of this id, else no restarts. */
  readonly history?: RestartHistory;
  /** Since when it has been healthy, milliseconds since 1970, or null. Asked when it goes down. */
  healthySince?(): number | null;
  /** Returns at once. What it throws is a crash of this incarnation. */
  start(ref: ChildRef): RunningChild;
  /**
   * When given, the owner acts on the verdict: it waits until `verdict.at` and calls `startChild` again.
   * Without it the supervisor does so by its own timer.
   */
  onDown?(down: Down): void;
}

/** A SIGKILL takes milliseconds, on a swapping machine seconds; beyond this a person should know. */
export const KILL_MS_DEFAULT = 10_000;
