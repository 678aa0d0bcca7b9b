import type { HealthPage, Recovery } from '#libs/contracts/account-manager/account-health';
import type { AllocationRequest } from '#libs/contracts/account-manager/allocation-request';
import type { LiveLease } from '#libs/contracts/account-manager/lease';
import type { MusterClient } from '#libs/client/client';
import { follow, isRefused } from '../parts/follow.js';

export interface SeenLeases {
  readonly leases: readonly LiveLease[];
  /** More live than one page holds. */
  readonly isPart: boolean;
  readonly counts: HealthPage['counts'];
  readonly recovery: Recovery;
  readonly waiting: readonly AllocationRequest[];
  /** When it was answered, by the browser's clock: what remains is counted from here. */
  readonly atMs: number;
}
export interface Leasing {
  /** Null until it was read once. */
  readonly seen: SeenLeases | null;
  /** Why the last question had no answer; null: it had one. */
  readonly error: unknown;
}
export const NOTHING_SEEN: Leasing = { seen: null, error: null };

/** The largest page there is. */
const LEASES_MAX = 500;
/** News come by the dozen when a service gives all it has back. */
const ASK_GAP_MS = 500;
/** No event tells that a lease began, or that somebody waits. */
const ASK_EVERY_MS = 1_500;

/** How the account manager stands, asked again and again, and at once when a lease ends, until `signal` ends it. A hidden page asks nothing. */
export function followLeases(
  muster: MusterClient,
  tell: (change: (known: Leasing) => Leasing) => void,
  signal: AbortSignal,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;
  let askedAt = -Infinity;
  const plan = (afterMs: number): void => {
    clearTimeout(timer);
    if (!signal.aborted) timer = setTimeout(() => void look(), afterMs);
  };
  const look = async (): Promise<void> => {
    if (asking || document.hidden) return;
    asking = true;
    askedAt = performance.now();
    try {
      const seen = await readLeases(muster);
      if (!signal.aborted) tell(() => ({ seen, error: null }));
    } catch (error) {
      if (!signal.aborted) tell(({ seen }) => ({ seen, error }));
    } finally {
      asking = false;
      plan(ASK_EVERY_MS);
    }
  };
  const soon = (): void => {
    if (!asking) plan(Math.max(0, askedAt + ASK_GAP_MS - performance.now()));
  };
  document.addEventListener('visibilitychange', soon, { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
  plan(0);
  void follow(muster, { topics: ['leases'], signal }, { take: soon, line: soon, failed: (error) => !isRefused(error) });
}

async function readLeases({ leases }: MusterClient): Promise<SeenLeases> {
  const [live, { counts }, recovery, waiting] = await Promise.all([
    leases.list({ limit: LEASES_MAX }),
    leases.listHealth({ limit: 1 }),
    leases.recovery(),
    leases.waiting(),
  ]);
  const sorted = live.items.toSorted((one, other) => one.remaining_ms - other.remaining_ms);
  return { leases: sorted, isPart: live.nextCursor !== null, counts, recovery, waiting, atMs: Date.now() };
}
