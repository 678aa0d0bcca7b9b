import {
  COMMIT_BACKLOG_MAX,
  COMMIT_RETRY_MS,
  COMMIT_RETRY_MS_MAX,
  GROUP_COMMIT_ENTRIES_MAX,
  GROUP_COMMIT_WAIT_MS_MAX,
} from '#libs/contracts/limits/runtime';
import type { CommittedState } from '#libs/contracts/events';
import type { TransitionView } from '#libs/contracts/transition';
import type { EventBus } from '#src/events/event-bus';
import {
  type AccountEntry,
  type Clock,
  type Recorder,
  StaleEpochError,
  type SupervisionLog,
} from '#src/supervision/ports';

/**
 * Writes down what the accounts do, many together, and only then tells of it.
 *
 * - After a quiet moment an entry is committed at once. While much happens, commits start GROUP_COMMIT_WAIT_MS_MAX apart,
 *   sooner when GROUP_COMMIT_ENTRIES_MAX wait. One commit is under way at a time; the next one gathers meanwhile.
 * - A commit that fails is repeated until it succeeds: the entries are the truth about things that happened.
 * - `states`, the events on the bus and the resolved promises are all later than the commit.
 */
export interface SnapshotRecorder extends Recorder {
  /** The committed view, by account id. */
  readonly states: ReadonlyMap<string, CommittedState>;
  /** Entries not committed yet. */
  waiting(): number;
  /** Resolves when all that was recorded before this call is committed or refused; at once, without gathering. */
  flush(): Promise<void>;
  /** Lets the commit that is under way end, then rejects what is left with RecorderClosedError. `flush` first. */
  close(): Promise<void>;
}

export interface RecorderWorld {
  /** Commits the entries together; answers the ids of accounts owned under another epoch. Must be safe to repeat. */
  readonly write: (entries: readonly AccountEntry[]) => Promise<ReadonlySet<string>>;
  readonly clock: Clock;
  readonly bus: Pick<EventBus, 'publish'>;
  readonly log: Pick<SupervisionLog, 'info' | 'warn'>;
  readonly limits?: Partial<RecorderLimits>;
}

export interface RecorderLimits {
  readonly waitMsMax: number;
  readonly entriesMax: number;
  readonly backlogMax: number;
  readonly retryMs: number;
  readonly retryMsMax: number;
}

export class RecorderClosedError extends Error {
  constructor() {
    super('the recorder is closed; this change is not committed');
    this.name = 'RecorderClosedError';
  }
}

export function createSnapshotRecorder(world: RecorderWorld): SnapshotRecorder {
  return new GroupCommit(world);
}

interface Waiting {
  readonly entry: AccountEntry;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class GroupCommit implements SnapshotRecorder {
  readonly #limits: RecorderLimits;
  readonly #states = new Map<string, CommittedState>();
  readonly #queue: Waiting[] = [];
  /** Entries taken from the queue and not committed yet. */
  #underWay = 0;
  #working: Promise<void> | null = null;
  /** When the last commit began. */
  #beganAt = -Infinity;
  #timer: unknown = null;
  #failing = false;
  #closed = false;
  /** Ends the pause before a repetition. */
  #hurry: () => void = () => {};
  #recorded = 0;
  #concluded = 0;
  readonly #flushes: { readonly upTo: number; readonly done: () => void }[] = [];

  constructor(private readonly world: RecorderWorld) {
    this.#limits = {
      waitMsMax: GROUP_COMMIT_WAIT_MS_MAX,
      entriesMax: GROUP_COMMIT_ENTRIES_MAX,
      backlogMax: COMMIT_BACKLOG_MAX,
      retryMs: COMMIT_RETRY_MS,
      retryMsMax: COMMIT_RETRY_MS_MAX,
      ...world.limits,
    };
  }

  get states(): ReadonlyMap<string, CommittedState> {
    return this.#states;
  }

  record(entry: AccountEntry): Promise<void> {
    if (this.#closed) return Promise.reject(new RecorderClosedError());
    this.#recorded += 1;
    return new Promise((resolve, reject) => {
      this.#queue.push({ entry, resolve, reject });
      this.#schedule();
    });
  }

  accepting(): boolean {
    return !this.#closed && !this.#failing && this.waiting() < this.#limits.backlogMax;
  }

  prime(accountId: string, state: CommittedState): void {
    this.#states.set(accountId, state);
  }

  forget(accountId: string): void {
    this.#states.delete(accountId);
  }

  waiting(): number {
    return this.#queue.length + this.#underWay;
  }

  flush(): Promise<void> {
    if (this.#concluded === this.#recorded) return Promise.resolve();
    return new Promise((done) => {
      this.#flushes.push({ upTo: this.#recorded, done });
      this.#schedule();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#unschedule();
    this.#hurry();
    await this.#working;
    this.#conclude(this.#queue.splice(0), ({ reject }) => reject(new RecorderClosedError()));
  }

  #schedule(): void {
    if (this.#working || this.#closed || this.#queue.length === 0) return;
    const { waitMsMax, entriesMax } = this.#limits;
    if (this.#queue.length >= entriesMax || this.#flushes.length > 0) return this.#begin();
    if (this.#timer !== null) return;
    // At 0 the entries of this very moment still come together. A clock that was set back must not hold anything up.
    const waitMs = Math.min(waitMsMax, Math.max(0, this.#beganAt + waitMsMax - this.world.clock.now()));
    this.#timer = this.world.clock.setTimeout(() => this.#begin(), waitMs);
  }

  #unschedule(): void {
    if (this.#timer !== null) this.world.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  #begin(): void {
    this.#unschedule();
    this.#beganAt = this.world.clock.now();
    const batch = this.#takeBatch();
    this.#underWay = batch.length;
    this.#working = this.#commit(batch).finally(() => {
      this.#working = null;
      this.#schedule();
    });
  }

  /** The oldest ones, up to the limit, and one epoch per account: an account taken back comes in the next commit. */
  #takeBatch(): readonly Waiting[] {
    const epochs = new Map<string, number>();
    const end = this.#queue.slice(0, this.#limits.entriesMax).findIndex(({ entry: { accountId, epoch } }) => {
      const other = epochs.get(accountId);
      epochs.set(accountId, epoch);
      return other !== undefined && other !== epoch;
    });
    return this.#queue.splice(0, end === -1 ? this.#limits.entriesMax : end);
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const stale = await this.#insist(batch.map(({ entry }) => entry));
    this.#underWay = 0;
    this.#conclude(batch, ({ entry, resolve, reject }) => {
      if (stale === null) return reject(new RecorderClosedError());
      if (stale.has(entry.accountId)) return reject(new StaleEpochError(entry.accountId));
      this.#announce(entry);
      resolve();
    });
  }

  /** Repeats until the store has it. Null when closed before that. */
  async #insist(entries: readonly AccountEntry[]): Promise<ReadonlySet<string> | null> {
    const { clock, log, write } = this.world;
    const beganAt = clock.now();
    for (let pauseMs = this.#limits.retryMs; ; pauseMs = Math.min(pauseMs * 2, this.#limits.retryMsMax)) {
      try {
        const stale = await write(entries);
        if (this.#failing) log.info({ entries: entries.length, waitedMs: clock.now() - beganAt }, 'the store is back');
        this.#failing = false;
        return stale;
      } catch (error) {
        this.#failing = true;
        if (this.#closed) return null;
        log.warn({ err: error, entries: entries.length, pauseMs }, 'the store did not take the changes, trying again');
        await this.#pause(pauseMs);
        if (this.#closed) return null;
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.world.clock.setTimeout(resolve, ms);
      this.#hurry = () => {
        this.world.clock.clearTimeout(timer);
        resolve();
      };
    });
  }

  #announce(entry: AccountEntry): void {
    const { accountId, state, transitions } = entry;
    this.#states.set(accountId, state);
    this.world.bus.publish({
      event: 'account.changed',
      accountId,
      at: transitions.at(-1)?.at ?? this.world.clock.now(),
      state,
      transitions: viewsOf(entry),
    });
  }

  #conclude(batch: readonly Waiting[], each: (waiting: Waiting) => void): void {
    for (const waiting of batch) each(waiting);
    this.#concluded += batch.length;
    while (this.#flushes[0] && this.#flushes[0].upTo <= this.#concluded) this.#flushes.shift()?.done();
  }
}

function viewsOf({ epoch, transitions }: AccountEntry): readonly TransitionView[] {
  return transitions.map(({ input: _, ...step }) => ({ ...step, epoch, at: new Date(step.at).toISOString() }));
}
