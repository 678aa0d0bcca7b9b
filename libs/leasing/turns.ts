import { WAITER_AGES_EVERY_MS } from '#libs/contracts/limits/leasing';

/** Somebody who waits for an account. Milliseconds since 1970. */
export interface Waiter {
  readonly id: string;
  readonly userId: string;
  /** The greater, the sooner. */
  readonly priority: number;
  readonly sinceMs: number;
}

/**
 * Whose turn it is, first to last. The greater priority, which grows by one with each WAITER_AGES_EVERY_MS of waiting, so
 * that nobody waits for ever behind more important ones; then the tenant who was served longest ago (`servedAtMs`), so that
 * one with many waiters is no obstacle to one with few; then who came first. So of one tenant and one priority it is first
 * come, first served.
 */
export function inTurn<W extends Waiter>(
  waiters: readonly W[],
  servedAtMs: ReadonlyMap<string, number>,
  nowMs: number,
): readonly W[] {
  const placed = waiters.map((waiter) => ({
    waiter,
    level: waiter.priority + Math.floor(Math.max(0, nowMs - waiter.sinceMs) / WAITER_AGES_EVERY_MS),
    servedAtMs: servedAtMs.get(waiter.userId) ?? -Infinity,
  }));
  return placed.sort(compare).map(({ waiter }) => waiter);
}

interface Placed {
  readonly waiter: Waiter;
  readonly level: number;
  readonly servedAtMs: number;
}

const compare = (one: Placed, other: Placed): number =>
  other.level - one.level ||
  difference(one.servedAtMs, other.servedAtMs) ||
  one.waiter.sinceMs - other.waiter.sinceMs ||
  (one.waiter.id < other.waiter.id ? -1 : 1);

/** Infinities have none. */
const difference = (one: number, other: number): number => (one === other ? 0 : one - other);
