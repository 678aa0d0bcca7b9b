/**
 * The brake on restarts after a correlated failure. When many fall within a short time, they fell by one cause (the
 * network, the provider, a host of many), and starting them all again and again helps none and harms the machine and
 * the provider. So restarts are held, and single ones, the *scouts*, try whether the cause is gone.
 *
 * - It goes on when within `windowMs` at least `failedMin` and more than `shareMax` of all failed. Each counts once.
 * - The first scout may go at once; after each that fails, the pause before the next one doubles, from `pauseFirstMs` to
 *   `pauseMsMax`, counted from the start of the last scout. So the pace is known: while the cause lasts, a scout goes
 *   every `pauseMsMax`, whether it fails at once or hangs. One that has neither failed nor come up by then blocks nobody:
 *   the next one goes beside it.
 * - It goes off with the first that comes up and was launched while it was on: a scout, or one that was never held.
 *   Whoever was on its way before proves nothing.
 * - It also goes off when nobody is held any more and nobody failed for `quietMs`: there is nothing to protect.
 *
 * It counts and decides; it holds nothing, sets no timer, and reads no clock: times are milliseconds since 1970. What was
 * "in the future" was before the wall clock was set back; it counts as of now, or everybody would be held for that long.
 */
export interface Brake {
  readonly on: boolean;
  /** Since it went on, or while it was on last. */
  readonly scouts: number;
  /** Of whom is asked only when it may matter. True: it went on by this. */
  failed(key: string, now: number, outOf: () => number): boolean;
  /** It was launched, held before or not. */
  launched(key: string): void;
  /** It came up. True: the brake went off by this. */
  cameUp(key: string): boolean;
  /** A restart goes as a scout. */
  sendScout(key: string, now: number): void;
  /** It ended, and neither failed nor came up: a person stopped it, its login is no longer valid. */
  withdrew(key: string): void;
  /** When the next scout may go. */
  nextScoutAt(now: number): number;
  /** While nobody is held: when it goes off by itself. */
  quietAt(now: number): number;
  release(): void;
  /** How many failed within the window. */
  countFailed(now: number): number;
}

export interface BrakeLimits {
  readonly windowMs: number;
  readonly shareMax: number;
  readonly failedMin: number;
  readonly pauseFirstMs: number;
  readonly pauseMsMax: number;
  /** Longer than anybody backs off: who will be back in a moment must find it on. */
  readonly quietMs: number;
}

export function createBrake(limits: BrakeLimits): Brake {
  return new CorrelationBrake(limits);
}

/** Both maps are bounded by the number of those who can fail. */
class CorrelationBrake implements Brake {
  on = false;
  scouts = 0;
  /** When each failed last, oldest first. */
  private readonly failures = new Map<string, number>();
  private readonly launchedSince = new Set<string>();
  private scout: { readonly key: string; at: number; undecided: boolean } | null = null;
  private pauseMs = 0;
  private lastFailedAt = 0;

  constructor(private readonly limits: BrakeLimits) {}

  failed(key: string, now: number, outOf: () => number): boolean {
    const { failedMin, shareMax } = this.limits;
    this.failures.delete(key);
    this.failures.set(key, now);
    this.lastFailedAt = now;
    this.launchedSince.delete(key);
    if (this.on) this.decideScout(key, true);
    if (this.on || this.countFailed(now) < failedMin || this.failures.size <= shareMax * outOf()) return false;
    this.on = true;
    this.scouts = 0;
    this.scout = null;
    this.pauseMs = 0;
    this.launchedSince.clear();
    return true;
  }

  launched(key: string): void {
    if (this.on) this.launchedSince.add(key);
  }

  cameUp(key: string): boolean {
    const proves = this.on && this.launchedSince.has(key);
    if (proves) this.release();
    return proves;
  }

  sendScout(key: string, now: number): void {
    if (this.scout?.undecided) this.lengthenPause(); // it had its time
    this.scout = { key, at: now, undecided: true };
    this.scouts += 1;
  }

  withdrew(key: string): void {
    this.launchedSince.delete(key);
    this.decideScout(key, false);
  }

  nextScoutAt(now: number): number {
    if (!this.scout) return now;
    this.scout.at = Math.min(this.scout.at, now);
    return this.scout.at + (this.scout.undecided ? this.limits.pauseMsMax : this.pauseMs);
  }

  quietAt(now: number): number {
    this.lastFailedAt = Math.min(this.lastFailedAt, now);
    return this.lastFailedAt + this.limits.quietMs;
  }

  release(): void {
    this.on = false;
    this.failures.clear();
  }

  countFailed(now: number): number {
    for (const [key, at] of this.failures) {
      if (at > now) this.failures.set(key, now);
      else if (now - at <= this.limits.windowMs) break;
      else this.failures.delete(key);
    }
    return this.failures.size;
  }

  private decideScout(key: string, failed: boolean): void {
    if (this.scout?.key !== key || !this.scout.undecided) return;
    this.scout.undecided = false;
    if (failed) this.lengthenPause();
  }

  private lengthenPause(): void {
    const { pauseFirstMs, pauseMsMax } = this.limits;
    this.pauseMs = Math.min(pauseMsMax, Math.max(pauseFirstMs, this.pauseMs * 2));
  }
}
