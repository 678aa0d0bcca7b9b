import type { VirtualClock } from '#test/support/virtual-clock';
import type { SeededDice } from './seeded-dice.js';

/** What becomes of one call: whether and when it is carried out, whether and when its answer comes. */
export interface CallFate {
  /** Lost before or after it was carried out, or nobody there to take it. */
  readonly kind: 'well' | 'lost before' | 'lost after' | 'away';
  readonly applied: boolean;
  readonly appliedAfterMs: number;
  readonly answered: boolean;
  readonly answerAfterMs: number;
}

/** An answer is waited for this long when the store is away. */
const AWAY_ANSWER_MS_MAX = 2_000;
/** A call that failed is repeated after 5 s at the latest (COMMIT_RETRY_MS_MAX); then all is as if nothing had been. */
const AFTERMATH_MS = 5_000 + AWAY_ANSWER_MS_MAX + 1_000;

/** How the store does: calm, flaky (a share of the calls fails), or away. */
export class StoreWeather {
  private awayUntil = 0;
  private troubleUntil = 0;
  /** Share of the calls whose fate is unknown to the caller. */
  failures = 0;
  latencyMsMax = 5;

  constructor(
    private readonly time: VirtualClock,
    private readonly dice: SeededDice,
  ) {}

  goAway(ms: number): void {
    this.awayUntil = Math.max(this.awayUntil, this.time.now() + ms);
    this.trouble(this.awayUntil);
  }

  calmDown(): void {
    this.awayUntil = 0;
    this.failures = 0;
  }

  /** Waits that are longer than they should be are the store's fault until then. */
  get disturbedUntil(): number {
    return this.troubleUntil;
  }

  decide(): CallFate {
    const { dice } = this;
    const there = dice.between(1, this.latencyMsMax);
    const back = there + dice.between(1, this.latencyMsMax);
    if (this.time.now() < this.awayUntil) {
      this.trouble(this.time.now() + AWAY_ANSWER_MS_MAX);
      const answerAfterMs = dice.between(1, AWAY_ANSWER_MS_MAX);
      return { kind: 'away', applied: false, appliedAfterMs: 0, answered: false, answerAfterMs };
    }
    if (!dice.chance(this.failures))
      return { kind: 'well', applied: true, appliedAfterMs: there, answered: true, answerAfterMs: back };
    this.trouble(this.time.now() + AWAY_ANSWER_MS_MAX);
    // Carried out or not, before or after the caller has given up waiting: it can't know.
    const applied = dice.chance(0.6);
    return {
      kind: applied ? 'lost after' : 'lost before',
      applied,
      appliedAfterMs: dice.between(1, 2 * this.latencyMsMax + 20),
      answered: false,
      answerAfterMs: dice.between(1, 2 * this.latencyMsMax + 20),
    };
  }

  private trouble(until: number): void {
    this.troubleUntil = Math.max(this.troubleUntil, until + AFTERMATH_MS);
  }
}
