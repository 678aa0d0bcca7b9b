import type { Exit, ExitClass } from './exit.js';
import type { Dice } from './ports.js';

export interface RestartPolicy {
  /** Crash restarts allowed inside the sliding window; the next crash in it gives up. */
  readonly restartsMax: number;
  /** A crash counts while it is at most this old. */
  readonly windowMs: number;
  readonly backoffFirstMs: number;
  /** No wait is longer than this, jitter included. */
  readonly backoffMsMax: number;
  /** Largest share of the back-off that the dice may add: 0.2 makes 4 s into 4 … 4.8 s. */
  readonly jitterMax: number;
  /** Healthy for at least this long, and the next back-off begins at the first step again. */
  readonly resetAfterMs: number;
}

/** `permanent`: always comes back · `transient`: not after a normal exit · `temporary`: never. */
export type RestartKind = 'permanent' | 'transient' | 'temporary';

/** What a verdict must remember. Plain JSON: its owner stores it, so that a restarted process goes on counting. */
export interface RestartHistory {
  /** Milliseconds since 1970, oldest first; at most `restartsMax + 1`, none older than the window at the last verdict. */
  readonly crashedAt: readonly number[];
  /** Restarts since the child was last healthy for long enough: the exponent of the next back-off. */
  readonly attempt: number;
}

export const NO_RESTARTS: RestartHistory = { crashedAt: [], attempt: 0 };

export type Verdict =
  | {
      readonly do: 'restart';
      /** When to start again, milliseconds since 1970: absolute, so that it can be stored and shown. */
      readonly at: number;
      readonly history: RestartHistory;
    }
  /** Too many crashes: nothing but a person may start it again, with `NO_RESTARTS`. */
  | { readonly do: 'give_up'; readonly history: RestartHistory }
  /** It ended as it should, and stays ended. */
  | { readonly do: 'rest'; readonly history: RestartHistory };

export interface JudgedExit {
  readonly policy: RestartPolicy;
  readonly kind: RestartKind;
  readonly history: RestartHistory;
  readonly exit: Exit;
  /** Since when the child had been healthy when it ended; null when it was not. Its start is not health. */
  readonly healthySince: number | null;
  readonly now: number;
  readonly dice: Dice;
}

/**
 * What is to be done after an exit. The same facts give the same verdict; only the jitter is the dice's.
 * Outages and normal exits lengthen the back-off but never count: an absent network must not end in giving up.
 */
export function judge({ policy, kind, history, exit, healthySince, now, dice }: JudgedExit): Verdict {
  const recovered = healthySince !== null && now - healthySince >= policy.resetAfterMs;
  const attempt = recovered ? 0 : history.attempt;
  const earlier = crashesInWindow(history, policy, now);
  if (!comesBack(kind, exit.class)) return { do: 'rest', history: { crashedAt: earlier, attempt } };

  const crashedAt = exit.class === 'crash' ? [...earlier, now].slice(-(policy.restartsMax + 1)) : earlier;
  if (exit.class === 'crash' && crashedAt.length > policy.restartsMax) {
    return { do: 'give_up', history: { crashedAt, attempt } };
  }
  return {
    do: 'restart',
    at: now + backoffMs(policy, attempt, dice),
    history: { crashedAt, attempt: attempt + 1 },
  };
}

/** How many crashes count at this moment: the intensity that is used. */
export function crashesThatCount(history: RestartHistory, policy: RestartPolicy, now: number): number {
  let counted = 0;
  for (const at of history.crashedAt) if (now - at <= policy.windowMs) counted += 1;
  return Math.min(counted, policy.restartsMax + 1);
}

/** Throws when a policy cannot be meant: a back-off of NaN would restart in a tight loop. */
export function assertPolicy(policy: RestartPolicy): void {
  const fine =
    Number.isInteger(policy.restartsMax) &&
    policy.restartsMax >= 0 &&
    policy.windowMs > 0 &&
    policy.backoffFirstMs >= 0 &&
    policy.backoffMsMax >= policy.backoffFirstMs &&
    policy.jitterMax >= 0 &&
    policy.resetAfterMs >= 0;
  if (!fine) throw new Error(`impossible restart policy: ${JSON.stringify(policy)}`);
}

function comesBack(kind: RestartKind, exitClass: ExitClass): boolean {
  if (kind === 'permanent') return true;
  return kind === 'transient' && exitClass !== 'normal';
}

/** A crash "in the future" was written before the wall clock was set back: it counts as one of now, and so expires. */
function crashesInWindow(history: RestartHistory, policy: RestartPolicy, now: number): readonly number[] {
  return history.crashedAt
    .map((at) => Math.min(at, now))
    .filter((at) => now - at <= policy.windowMs)
    .slice(-(policy.restartsMax + 1));
}

/** 2^30 s is 34 years: beyond it the cap has long decided, and 2^1024 times a first step of 0 would be NaN. */
const BACKOFF_DOUBLINGS_MAX = 30;

/**
 * The cap comes after the jitter: whoever waits for an outage to end knows that the next try is at most
 * `backoffMsMax` away. At the cap nothing is added any more, and nothing needs to be: the jitter of the earlier steps
 * has spread those who fell together, and equal waits keep them apart.
 */
function backoffMs(policy: RestartPolicy, attempt: number, dice: Dice): number {
  const plainMs = policy.backoffFirstMs * 2 ** Math.min(attempt, BACKOFF_DOUBLINGS_MAX);
  const jitteredMs = plainMs * (1 + policy.jitterMax * dice.next());
  return Math.min(policy.backoffMsMax, Math.floor(jitteredMs));
}
