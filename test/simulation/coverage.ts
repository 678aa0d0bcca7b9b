/** What schedules reached: for each table, how often. Kept as plain counts, so that workers can hand theirs in. */
export interface CoverageCounts {
  /** `state × event` that a machine was given. */
  readonly steps: Record<string, number>;
  /** `state × action` that happened to an account in this state. */
  readonly actions: Record<string, number>;
  /** Where the runtime died. */
  readonly crashes: Record<string, number>;
  /** `call × fate` of the store. */
  readonly calls: Record<string, number>;
}

export class Coverage {
  readonly counts: CoverageCounts = { steps: {}, actions: {}, crashes: {}, calls: {} };

  step(state: string, event: string): void {
    count(this.counts.steps, `${state} × ${event}`);
  }

  action(state: string, action: string): void {
    count(this.counts.actions, `${state} × ${action}`);
  }

  crash(point: string): void {
    count(this.counts.crashes, point);
  }

  call(what: string, fate: 'well' | 'lost before' | 'lost after' | 'away'): void {
    count(this.counts.calls, `${what} × ${fate}`);
  }

  add(other: CoverageCounts): void {
    for (const table of Object.keys(other) as (keyof CoverageCounts)[])
      for (const [key, times] of Object.entries(other[table])) count(this.counts[table], key, times);
  }
}

function count(table: Record<string, number>, key: string, times = 1): void {
  table[key] = (table[key] ?? 0) + times;
}
