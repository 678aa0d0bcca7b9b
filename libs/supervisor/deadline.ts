/**
 * Deadlines are absolute times, so that they can be stored and outlive the process: what is left of one is computed
 * whenever a timer is needed. A deadline that passed while nobody watched is due now, not forgotten and not begun anew.
 */
export function remainingMs(deadlineAt: number, now: number): number {
  return Math.max(0, deadlineAt - now);
}
