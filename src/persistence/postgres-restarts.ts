/** A server that dies more often than this in a minute has a cause that haste doesn't heal: a full disk, damaged data. */
export const RESTARTS_MAX = 5;
export const RESTARTS_WINDOW_MS = 60_000;

/** Then it is tried so often: a try costs milliseconds, and whoever made room on the disk waits for it. */
export const RESTART_PAUSE_MS_MAX = 5_000;

/**
 * How long to wait before the next restart: nothing as long as fewer than RESTARTS_MAX lie in the window, else until the oldest
 * of them has left it, but not for long. It is never given up: when the disk has room again, the server comes back without a
 * person.
 */
export function restartPauseMs(restartsMs: readonly number[], nowMs: number): number {
  const oldest = restartsMs.at(-RESTARTS_MAX);
  return oldest === undefined ? 0 : Math.min(RESTART_PAUSE_MS_MAX, Math.max(0, oldest + RESTARTS_WINDOW_MS - nowMs));
}
