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
  const level = ({ priority, sinceMs }: W): number =>
    priority + Math.floor(Math.max(0, nowMs - sinceMs) / WAITER_AGES_EVERY_MS);
  const served = ({ userId }: W): number => servedAtMs.get(userId) ?? -Infinity;
  return waiters.toSorted(
    (one, other) =>
      level(other) - level(one) ||
      Math.sign(compare(served(one), served(other))) ||
      one.sinceMs - other.sinceMs ||
      (one.id < other.id ? -1 : 1),
  );
}

/** Infinities have no difference. */
const compare = (one: number, other: number): number => (one === other ? 0 : one - other);
