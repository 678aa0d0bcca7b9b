import type { ChildSlot } from './child-slot.js';
import { remainingMs } from './deadline.js';
import type { Clock } from './ports.js';
import { NO_RESTARTS, type RestartHistory, type Verdict } from './restart-policy.js';
import { stopInReverse } from './stop-order.js';

/** The strategies under which members come back together. Whose restart takes whom along stands in supervisor.ts. */
export type GroupStrategy = 'one_for_all' | 'rest_for_one';

export interface GroupWorld {
  readonly strategy: GroupStrategy;
  readonly history: RestartHistory | undefined;
  readonly stopTogether: boolean;
  readonly clock: Clock;
  /** All members, in start order. */
  slots(): readonly ChildSlot[];
  begin(slot: ChildSlot): void;
}

/**
 * The restart of several members at once: they are stopped in reverse start order, all of them gone, even one unwilling
 * to go, before the first starts; then, at the time of the verdict, those that wait start in order.
 */
export class GroupRestart {
  /** Of the whole group: who failed does not matter. */
  history: RestartHistory;
  private round: Round | null = null;

  constructor(private readonly world: GroupWorld) {
    this.history = world.history ?? NO_RESTARTS;
  }

  get underWay(): boolean {
    return this.round !== null;
  }

  /** For a member that ends while it is being restarted, by whatever exit; null when it is to be judged by itself. */
  verdictFor(slot: ChildSlot): Verdict | null {
    const { round, history } = this;
    if (!round || slot.place < round.from) return null;
    return slot.spec.restart === 'temporary' ? { do: 'rest', history } : { do: 'restart', at: round.at, history };
  }

  /** A member is to come back at this time, and takes along whom the strategy says. */
  schedule(slot: ChildSlot, at: number): void {
    slot.waiting = true;
    if (this.round && slot.place >= this.round.from) return;
    const from = this.world.strategy === 'one_for_all' ? FIRST_PLACE : slot.place;
    const round: Round = { from, at: Math.max(at, this.round?.at ?? at), timer: null };
    this.cancel(); // an earlier member failed while later ones were being restarted: one round for all of them
    this.round = round;
    void this.clear(round);
  }

  cancel(): void {
    if (this.round?.timer != null) this.world.clock.clearTimeout(this.round.timer);
    this.round = null;
  }

  private async clear(round: Round): Promise<void> {
    const { clock, stopTogether } = this.world;
    const runs = this.world.slots().flatMap(({ place, run }) => (run && place >= round.from ? run : []));
    await stopInReverse(runs, stopTogether);
    await Promise.all(runs.map((run) => run.gone));
    if (this.round !== round) return;
    round.timer = clock.setTimeout(() => this.start(), remainingMs(round.at, clock.now()));
  }

  private start(): void {
    this.round = null;
    for (const slot of this.world.slots()) if (slot.waiting) this.world.begin(slot);
  }
}

interface Round {
  /** Members from this place on are stopped and come back. */
  readonly from: number;
  readonly at: number;
  timer: unknown;
}

const FIRST_PLACE = 0;
