import type { Scheduler } from 'fast-check';
import type { DataSource } from 'typeorm';
import { vi } from 'vitest';
import { EventLogRepository } from '#src/persistence/event-log.repository';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import type { Bug } from './bug.js';
import { examine } from './checks/examine.js';
import type { Plan } from './deeds.js';
import { Race } from './race.js';
import { Seat } from './seat.js';

export interface RaceResult {
  /** Empty: all is as it must be. */
  readonly faults: readonly string[];
  /** All that happened, a line each. */
  readonly story: string;
}

/** One real Postgres and one HTTP side, for all races of a spec. */
export class RaceStage {
  private constructor(
    private readonly postgres: TestPostgres,
    private readonly store: DataSource,
    private readonly seat: Seat,
  ) {}

  static async open(): Promise<RaceStage> {
    const postgres = await startTestPostgres();
    const url = new URL(await postgres.createDatabase());
    // Nobody pulls the plug here, and a race commits thirty times. Statements are planned as in a runtime that has run for long.
    url.searchParams.set('options', '-c synchronous_commit=off -c plan_cache_mode=force_generic_plan -c jit=off');
    const store = await postgres.openStore(url.href);
    await new EventLogRepository(store).begin();
    return new RaceStage(postgres, store, await Seat.open());
  }

  async play(plan: Plan, scheduler: Scheduler, bug: Bug | null = null): Promise<RaceResult> {
    const endHaste = neverWaitForRealTime();
    const race = new Race(this.store, this.seat, scheduler, bug);
    try {
      await race.run(plan);
      const faults = await examine(race);
      return { faults, story: [...race.turns.story, ...this.seat.takeLog()].join('\n') };
    } catch (error) {
      throw new Error([...race.turns.story, ...this.seat.takeLog()].join('\n'), { cause: error });
    } finally {
      race.close();
      endHaste();
    }
  }

  async close(): Promise<void> {
    await this.seat.close();
    await this.postgres.stop();
  }
}

/** Acknowledgements are gathered for 20 ms of real time (gathering.ts); here the last ones are always long ago. */
function neverWaitForRealTime(): () => void {
  let at = 0;
  const now = vi.spyOn(performance, 'now').mockImplementation(() => (at += 1_000));
  return () => now.mockRestore();
}
