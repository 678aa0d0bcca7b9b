import type { Logger } from '#src/observability/logger';

/**
 * What every step gets, whoever overran before it: closing the database and giving back the lock take milliseconds. All
 * the last steps together stay below what the watchdog in main.ts waits beyond the deadline.
 */
const STEP_MS_MIN = 700;
/** The same when it is hurried. More than the second that callers in the middle of an answer get. */
const HURRIED_STEP_MS_MAX = 1_500;
/** Of the whole time, what is given from force to the verified end. SIGKILL needs milliseconds, a busy machine longer. */
const FORCE_SHARE = 0.2;

export interface StopStep {
  readonly name: string;
  /** By when it must be done: as a share of the whole time, counted from the begin of the stop. */
  readonly share: number;
  readonly run: () => Promise<unknown>;
  /** Brings `run` to its end when it is late, or hurried. Without it a late step is left as it is. */
  readonly force?: () => void;
  /** What a step without force gets when it is hurried, if not HURRIED_STEP_MS_MAX. */
  readonly hurriedMs?: number;
}

export interface StopSteps {
  /** Never rejects: every step is tried, also when one before it failed. */
  take(step: StopStep): Promise<void>;
  /** Whether all went well so far: what was ended by force and is gone has ended well. */
  readonly clean: boolean;
}

/** The steps of a stop that is over `deadlineMs` from now, or STEP_MS_MIN later for each step then left; soon once it is hurried. */
export function createStopSteps(
  deadlineMs: number,
  hurry: AbortSignal,
  log: Pick<Logger, 'warn' | 'error'>,
): StopSteps {
  const began = performance.now();
  let clean = true;
  const leftMs = (share: number): number => Math.max(STEP_MS_MIN, deadlineMs * share - (performance.now() - began));

  const attempt = async ({ name, share, run, force, hurriedMs }: StopStep): Promise<boolean> => {
    const done = run().then(() => true);
    if (await inTime(done, leftMs(share), hurry, force ? 0 : (hurriedMs ?? HURRIED_STEP_MS_MAX))) return true;
    if (!force) return false;
    if (!hurry.aborted) log.warn({ name }, 'a part of the shutdown took too long and is ended by force');
    force();
    return inTime(done, Math.max(STEP_MS_MIN, deadlineMs * FORCE_SHARE));
  };
  return {
    get clean() {
      return clean;
    },
    async take(step) {
      try {
        if (await attempt(step)) return;
        log.error({ name: step.name }, 'a part of the shutdown took too long and was left');
      } catch (err) {
        log.error({ err, name: step.name }, 'a part of the shutdown failed');
      }
      clean = false;
    },
  };
}

/** False when it is not done within `limitMs`, or, once hurried, within `hurriedMs`. */
async function inTime(
  done: Promise<boolean>,
  limitMs: number,
  hurry?: AbortSignal,
  hurriedMs = limitMs,
): Promise<boolean> {
  let tellLate: (late: false) => void = () => undefined;
  const late = new Promise<false>((resolve) => (tellLate = resolve));
  let timer = setTimeout(() => tellLate(false), limitMs);
  const hasten = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => tellLate(false), Math.min(hurriedMs, limitMs));
  };
  if (hurry?.aborted) hasten();
  hurry?.addEventListener('abort', hasten, { once: true });
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
    hurry?.removeEventListener('abort', hasten);
  }
}
