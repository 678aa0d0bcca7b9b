/**
 * - `crash`  counts toward the restart intensity and restarts with back-off
 * - `outage` the world is away: restarts with back-off for as long as it lasts, never counts
 * - `normal` it came to its end: only a permanent child is started again
 */
export type ExitClass = 'crash' | 'outage' | 'normal';

/** How one incarnation of a child ended. Plain JSON. */
export interface Exit {
  /** The owner's own code, or one of `EXIT_REASONS` when the supervisor had to name it. */
  readonly reason: string;
  readonly class: ExitClass;
  /** For people. */
  readonly detail?: string;
}

/** Ends that no child could tell by itself. All are crashes, but for `no_such_child` and `stopped`. */
export const EXIT_REASONS = {
  /** `start` threw. */
  startFailed: 'start_failed',
  /** The child's `exited` promise was rejected instead of telling how it ended. */
  exitUntold: 'exit_untold',
  /** `kill` resolved before the child told how it ended. */
  killed: 'killed',
  /** A monitor asked for a child that is not known here (any more). */
  noSuchChild: 'no_such_child',
  /** A supervisor that is a child failed: crashes below it came too fast. */
  gaveUp: 'gave_up',
  /** A supervisor that is a child ended as it was asked to. */
  stopped: 'stopped',
} as const;

export function crashed(reason: string, cause: unknown): Exit {
  return { reason, class: 'crash', detail: describeError(cause) };
}

export function describeError(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
