import type { Pace } from '#libs/contracts/outbox';
import type { Clock, Dice } from '../ports.js';

const MINUTE_MS = 60_000;

/**
 * When an account may send its next message: a random gap after each, and no more than so many in any minute. The minute
 * is a sliding one; a bucket that fills up would let twice as many through around its edge. What an earlier process sent
 * counts by the times in the store, or each restart would let a minute's share pass once more.
 */
export class SendPace {
  private last: { readonly at: number; readonly die: number } | null = null;
  /** When those of the last minute were sent, oldest first; kept only while there is a bound. */
  private recent: number[] = [];
  /** What was sent before this life is known, or some of this one is, which counts more. */
  private knowsPast = false;

  constructor(
    private readonly clock: Clock,
    private readonly dice: Dice,
    /** Read at each turn: settings change. */
    private readonly pace: () => Pace,
  ) {}

  /** False: one goes after the other without a pause. */
  get isSet(): boolean {
    const { gapMsMax, perMinuteMax } = this.pace();
    return gapMsMax > 0 || perMinuteMax > 0;
  }

  /** From when on one has to know what was sent; null: there is no need. */
  pastWanted(): number | null {
    if (this.knowsPast || !this.isSet) return null;
    return this.clock.now() - Math.max(MINUTE_MS, this.pace().gapMsMax);
  }

  /** What was sent before this life, oldest first. */
  remember(sentAt: readonly number[]): void {
    if (this.knowsPast) return;
    this.knowsPast = true;
    const at = sentAt.at(-1);
    if (at !== undefined && this.pace().gapMsMax > 0) this.last = { at, die: this.dice.next() };
    this.recent = sentAt.filter((one) => one > this.clock.now() - MINUTE_MS);
  }

  /** How long the next message has to wait. */
  waitMs(): number {
    const now = this.clock.now();
    const { gapMsMin, gapMsMax, perMinuteMax } = this.pace();
    const gap = this.last ? this.last.at + gapMsMin + this.last.die * (gapMsMax - gapMsMin) : -Infinity;
    const full = perMinuteMax > 0 ? (this.recent.at(-perMinuteMax) ?? -Infinity) + MINUTE_MS : -Infinity;
    return Math.max(0, gap - now, full - now);
  }

  /** A message was handed over, whatever came of it. */
  count(): void {
    const { gapMsMax, perMinuteMax } = this.pace();
    const now = this.clock.now();
    this.knowsPast = true;
    this.last = gapMsMax > 0 ? { at: now, die: this.dice.next() } : null;
    if (perMinuteMax === 0) this.recent = [];
    else this.recent = [...this.recent.filter((at) => at > now - MINUTE_MS), now].slice(-perMinuteMax);
  }
}
