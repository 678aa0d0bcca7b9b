import { Coverage } from './coverage.js';
import type { SimulationResult } from './schedule.js';

const COUNTED = ['crashes', 'restarts', 'messages', 'virtualMs'] as const;
export type Sums = Record<(typeof COUNTED)[number], number>;

/** What many schedules came to. */
export class Tally {
  readonly sums: Sums = { crashes: 0, restarts: 0, messages: 0, virtualMs: 0 };
  readonly coverage = new Coverage();
  schedules = 0;

  count(result: SimulationResult): void {
    this.schedules += 1;
    for (const key of COUNTED) this.sums[key] += result[key];
  }

  add(other: Pick<Tally, 'sums' | 'schedules'>, coverage: Coverage['counts']): void {
    this.schedules += other.schedules;
    for (const key of COUNTED) this.sums[key] += other.sums[key];
    this.coverage.add(coverage);
  }

  text(): string {
    const { crashes, restarts, messages, virtualMs } = this.sums;
    const days = (virtualMs / 86_400_000).toFixed(0);
    return (
      `${this.schedules} schedules, no failure (at most ${(3 / this.schedules).toExponential(1)} a schedule, 95 %): ` +
      `${crashes} deaths of the runtime, ${restarts} restarts of sessions after a crash, ${messages} messages, ${days} days`
    );
  }
}
